/** Of container/Dockerfile: what a program's image sets beside its own settings, which costs memory or spares it. */
export const IMAGE_ENV = {
  NODE_ENV: 'production',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_OPTIONS: '--max-semi-space-size=1',
} as const
