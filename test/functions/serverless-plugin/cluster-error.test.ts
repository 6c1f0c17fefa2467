import assert from 'node:assert/strict'
import {
  ClusterError,
  toClusterError,
} from '../../../functions/kubeless/serverless-plugin/cluster-error'

const WHAT = 'Function classify in default'
const PLACE = { server: 'https://127.0.0.1:6443' }

/** As the client throws it. */
const toException = (code: number, body: unknown): Error =>
  Object.assign(new Error('HTTP-Code'), { code, body, headers: {} })

describe('toClusterError', () => {
  for (const [name, error, status, message] of [
    [
      'what the API server says',
      toException(422, { kind: 'Status', message: 'spec.handler: Required value' }),
      422,
      /^Function classify in default: spec\.handler: Required value$/,
    ],
    [
      'it also where it comes as text',
      toException(409, '{"message":"conflict"}'),
      409,
      /^Function classify in default: conflict$/,
    ],
    [
      'the status where it says nothing',
      toException(502, '<html>'),
      502,
      /^Function classify in default: the API server answers 502$/,
    ],
    [
      'what is needed where something is forbidden',
      toException(403, { message: 'functions.kubeless.io is forbidden' }),
      403,
      /is forbidden \(functions\/kubeless\/deployer-role\.yaml is all that deploying needs\)$/,
    ],
    [
      'that the credentials are not accepted',
      toException(401, { message: 'Unauthorized' }),
      401,
      /Unauthorized \(the kubeconfig’s credentials are not accepted\)$/,
    ],
    [
      'that a kind is not known',
      new Error('Unrecognized API version and kind: kubeless.io/v1beta1 Function'),
      404,
      /the cluster does not know such objects; is Kubeless installed in it\?$/,
    ],
    [
      'that the API server cannot be reached, and why',
      new Error('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
      undefined,
      /: the API server https:\/\/127\.0\.0\.1:6443 cannot be reached \(ECONNREFUSED\)$/,
    ],
    [
      'the reason where there is no code',
      new Error('no answer in 30 s'),
      undefined,
      /cannot be reached \(no answer in 30 s\)$/,
    ],
  ] as const) {
    it(`tells ${name}`, () => {
      const told = toClusterError(error, WHAT, PLACE)
      assert.ok(told instanceof ClusterError)
      assert.match(told.message, message)
      assert.equal(told.status, status)
    })
  }

  it('leaves one that is told already', () => {
    const error = new ClusterError('told')
    assert.equal(toClusterError(error, WHAT, PLACE), error)
  })
})
