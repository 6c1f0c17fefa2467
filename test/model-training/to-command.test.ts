import assert from 'node:assert/strict'
import { readOptions } from '../../model-training/options'
import { toCommand } from '../../model-training/to-command'

const ENGINE = { option: 'tensorflow' } as const

/** What is kept of arguments, and what is kept of that again. */
const toCommands = (args: string, backbone?: string) => {
  const options = readOptions(args.split(' '))
  const command = toCommand(options, ENGINE, backbone)
  const again = readOptions(command.replace('npm run train -- ', '').split(' '))
  return { options, command, again: toCommand(again, ENGINE, backbone) }
}

describe('toCommand', () => {
  it('has every option that decides what is learnt, also those that were not typed', () => {
    assert.equal(
      toCommands('--data x --resume --out here').command,
      'npm run train -- --data PHOTOS --network photo-net --size 128 --epochs 60 --patience 60 ' +
        '--seed 1 --licence-tiers A,B,D --engine tensorflow --name photo-net',
    )
  })

  it('names a teacher, but not where it is, nor where the photos are', () => {
    const args = '--data /somewhere/x --unlabelled /somewhere/y --teacher /somewhere/net --views 3'
    const { command } = toCommands(args, 'net')
    assert.match(command, /--data PHOTOS --unlabelled UNLABELLED --teacher net --views 3 --network/)
    assert.doesNotMatch(command, /somewhere/)
  })

  it('leaves out of a new head on a backbone what it does not depend on', () => {
    assert.equal(
      toCommands('--data x --backbone y/net --seed 4 --name mine', 'net').command,
      'npm run train -- --data PHOTOS --backbone net --views 8 ' +
        '--seed 4 --licence-tiers A,B,D --engine tensorflow --name mine',
    )
  })

  it('has the licence, if it is told', () => {
    const { command, again } = toCommands('--data x --licence MIT')
    assert.match(command, / --name photo-net --licence MIT$/)
    assert.equal(again, command)
    const options = readOptions(['--data', 'x', '--licence', 'MIT OR Apache-2.0'])
    assert.match(toCommand(options, ENGINE, undefined), / --licence 'MIT OR Apache-2\.0'$/)
  })

  it('gives the same options again when it is typed', () => {
    const learning = '--network paper-cnn --size 64 --epochs 9 --patience 4 --seed 7'
    const data = '--data x --photos-per-label 50 --licence-tiers A,B --leave-one-source-out'
    const { options, command, again } = toCommands(`${data} ${learning}`)
    assert.equal(again, command)
    const { photosPerLabel, network, size, epochs, patience, seed, tiers } = options
    const words = [photosPerLabel, network, size, epochs, patience, seed, tiers.join(',')]
    for (const word of words) assert.ok(command.split(' ').includes(String(word)), command)
  })
})
