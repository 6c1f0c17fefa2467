import type { Options } from './options'

/** The command that gives the same file again, with every option that decides what is in it; folders are told by kind. */
export function toExportCommand(
  { int8, weightBits, data, photos, seed }: Options,
  { source, name }: { readonly source: string; readonly name: string },
): string {
  return [
    `npm run export -- --model ${source} --out OUT`,
    ...(int8 ? [`--int8 --weight-bits ${weightBits}`] : []),
    ...(data === undefined ? [] : ['--data PHOTOS']),
    `--photos ${photos} --seed ${seed} --name ${name}`,
  ].join(' ')
}
