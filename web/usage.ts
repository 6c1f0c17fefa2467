export const USAGE = `The page: classify photos, watch the two twins answer side by side, read the latest report.

  npm run page -- [options]

  --port N             port to listen on, 0 for any free one (8090)
  --host ADDRESS       address to listen on (127.0.0.1; 0.0.0.0 for all, such as for a phone's camera)
  --target NAME=URL    once or more: asks what already runs and answers POST URL/classify, instead of
                       starting both twins; a ratio is the first's over the second's
  --report RUN_DIR     run whose report is shown (the newest of runs/, else the one of results/)
  --help               print this

The twins are set up by variables as in npm start, such as MODEL=paper-cnn. Ctrl-C ends all.
Exit status: 0 ended by a signal, 64 wrong arguments, 65 RUN_DIR has no report.html, 69 a twin or the
page cannot be started (the message says why), 1 a bug.
`
