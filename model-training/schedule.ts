const WARM_UP_EPOCHS = 2

/**
 * Share of the learning rate: a line up over the first epochs, then half a cosine down to 0
 * (Loshchilov and Hutter 2017).
 *
 * @param done share of the training that is over, 0..1
 */
export function schedule(done: number, epochs: number): number {
  const warmUp = Math.min(WARM_UP_EPOCHS / epochs, 0.1)
  if (done < warmUp) return done / warmUp
  return (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp))) / 2
}
