import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'

/** A photo to be sent, under an id of its own. */
export interface SentPhoto {
  readonly id: string
  readonly bytes: Uint8Array
}

/** The nth photo of a fault's messages. */
export type PickPhoto = (n: number) => Uint8Array

const POISON_EVERY = 5
const LARGE_EVERY = 50
const LARGE_BYTES = 20_000_000
/** A run has at most so many large ones: brokers keep them. */
const MAX_LARGE = 10

/** Photos of a telephone's kinds, but small: 400 x 300. */
export async function pickGood(): Promise<PickPhoto> {
  const photos = (await goodPhotos()).filter(({ bytes }) => bytes.length < 100_000)
  return (n) => photos[n % photos.length]!.bytes
}

/** Of five photos one is damaged, another format, a bomb, a text or the like. */
export async function pickWithPoison(): Promise<PickPhoto> {
  const good = await pickGood()
  // An empty value is a deletion to Kafka, and is sent there by itself.
  const bad = (await badPhotos()).filter(({ bytes }) => bytes.length < 3_000_000)
  return (n) => (n % POISON_EVERY === 0 ? bad[(n / POISON_EVERY) % bad.length]!.bytes : good(n))
}

/** Some are of 20 MB, twice what is accepted. */
export async function pickWithLarge(): Promise<PickPhoto> {
  const good = await pickGood()
  const large = new Uint8Array(LARGE_BYTES)
  large.set(good(0))
  return (n) => (n % LARGE_EVERY === 0 && n < LARGE_EVERY * MAX_LARGE ? large : good(n))
}
