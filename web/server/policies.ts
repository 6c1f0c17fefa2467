/** Nothing is executed, shown or framed: for what is data. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/**
 * The page has its own files and photos from the user's disk, and nothing else; a script can put no HTML together.
 * Reports are shown in a frame.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** A report has its style within and no script; wherever it is opened, it is apart from the page. */
export const REPORT_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ')

/** Of every answer, whatever it is; pages have a policy of their own in place of the one of data. */
export const COMMON_HEADERS = {
  'content-security-policy': DATA_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const
