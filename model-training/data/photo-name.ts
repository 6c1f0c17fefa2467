/** Whether a file's name is that of a photo in a format that is served; the bytes have the last word. */
export const isPhotoName = (file: string): boolean => /\.(jpe?g|png|webp)$/i.test(file)
