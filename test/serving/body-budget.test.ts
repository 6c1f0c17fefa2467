import assert from 'node:assert/strict'
import { createBodyBudget } from '../../serving/body-budget'

describe('createBodyBudget', () => {
  it('gives no more than it has until some is given back', () => {
    const budget = createBodyBudget(100)
    const first = budget.reserve(60)
    assert.ok(first)
    assert.equal(budget.reserve(60), undefined)
    assert.ok(budget.reserve(40))
    first()
    assert.ok(budget.reserve(60))
  })

  it('takes back a reservation once only', () => {
    const budget = createBodyBudget(100)
    const first = budget.reserve(50)
    const second = budget.reserve(50)
    first?.()
    first?.()
    assert.ok(second)
    assert.equal(budget.reserve(60), undefined)
  })

  it('lets one body through however large it is', () => {
    assert.ok(createBodyBudget(100).reserve(1000))
  })
})
