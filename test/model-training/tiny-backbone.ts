import { toNetworkFiles } from '../../model-training/artifact'
import { createPhotoNet } from '../../model-training/networks/photo-net'

export const BACKBONE_SIZE = 32

/** The files of a backbone that nobody trained: its features are random, but tell colours apart. */
export async function createBackboneFiles(seed = 1): Promise<Record<string, Uint8Array>> {
  const network = createPhotoNet({ size: BACKBONE_SIZE, labelCount: 7, seed, widthFactor: 0.25 })
  const files = await toNetworkFiles(network)
  network.dispose()
  return { ...files }
}
