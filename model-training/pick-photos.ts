import type { Entry } from './data/entry'
import type { LabelledPhotos } from './photos'

/** Some of the photos, read from where all of them are. */
export function pickPhotos(
  photos: LabelledPhotos,
  isPicked: (entry: Entry) => boolean,
): LabelledPhotos {
  const places = [...photos.entries.keys()].filter((place) => {
    const entry = photos.entries[place]
    return entry !== undefined && isPicked(entry)
  })
  return {
    size: photos.size,
    entries: places.flatMap((place) => photos.entries[place] ?? []),
    labels: places.flatMap((place) => photos.labels[place] ?? []),
    store: {
      size: photos.size,
      count: places.length,
      read(place, into, offset) {
        photos.store.read(places[place] ?? -1, into, offset)
      },
      // They stay open for whoever opened them.
      close: () => undefined,
    },
  }
}
