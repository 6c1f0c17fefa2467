/** What is known of a photo without reading it. */
export interface FileFacts {
  readonly bytes: number
  /** Changes when the photo does: time of its last change, and where it lies in its tar. */
  readonly stamp: string
}

/** A photo that can be read now. */
export interface StoredPhoto {
  /** Its place among the files asked for. */
  readonly place: number
  readonly load: () => Promise<Uint8Array>
}

/** Where photos are: a folder or a tar. */
export interface PhotoSource {
  /** Absolute path of the folder or the tar. */
  readonly path: string
  /** Every file that is there, sorted, as path below `path`. */
  readonly files: readonly string[]
  /** One for each file asked for; undefined where there is none. */
  facts(files: readonly string[]): Promise<readonly (FileFacts | undefined)[]>
  /** Photos in the order the source has them in; files that are not there are left out. */
  read(files: readonly string[]): AsyncIterable<StoredPhoto> | Iterable<StoredPhoto>
}
