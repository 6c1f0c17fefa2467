import assert from 'node:assert/strict'
import { createBodyBudget } from '../../serving/body-budget'

describe('createBodyBudget', () => {
  it('gives no more than it has until some is given back', () => {
    const budget = createBodyBudget(100)
    const [first, second] = [budget.open(), budget.open()]
    assert.ok(first.take(60))
    assert.ok(!second.take(60))
    assert.ok(second.take(40))
    assert.ok(!first.take(1))
    second.release()
    assert.ok(first.take(40))
  })

  it('takes back once only what a body had', () => {
    const budget = createBodyBudget(100)
    const [first, second, third] = [budget.open(), budget.open(), budget.open()]
    assert.ok(first.take(50) && second.take(50))
    first.release()
    first.release()
    assert.ok(!third.take(60))
    assert.ok(third.take(50))
  })

  it('lets a body through that is alone, however large it is', () => {
    const budget = createBodyBudget(100)
    const body = budget.open()
    assert.ok(body.take(80) && body.take(1000))
    assert.ok(!budget.open().take(1))
  })
})
