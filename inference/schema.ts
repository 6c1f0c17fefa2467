import { config } from 'zod/mini'
import en from 'zod/v4/locales/en.js'

// zod/mini, which is small enough for a function's zip, only tells what is wrong in a language that it is given.
config(en())

export * from 'zod/mini'
