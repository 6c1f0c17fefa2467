export const USAGE = `Compares the function with its container twin on this machine, and says which to run.

  npm run compare -- [options]

What is measured
  --profile NAME       quick (36 blocks of 80 requests a trial, the default), paper (5 of 200: its five
                       repetitions, too few for a verdict) or full (100 of 160); at least 8 requests of
                       each connection
  --workload KIND      closed-loop, or poisson:RATES for the open loop in its place: so many requests a second
                       at random times, such as poisson:10,20,40, whether or not others were answered;
                       constant:RATES for the same at even times; or sweep: the open loop at random times
                       and rates from a fifth of what can be answered to more
                       (closed-loop, and the paper's experiment with it)
  --objective Q:MS     of the open loop, what users are to be given: p99:250 is 99 of 100 requests answered
                       right within 250 ms; the report tells up to which rate (of a sweep p99:250)
  --concurrency LIST   connections of the closed loop and size of the paper's groups (1,5,10,20)
  --blocks N           rounds in which every target is measured once at every level, 2 to 1000 (the
                       profile's; of the open loop quick 12, paper 5, full 20); a verdict needs 10
  --requests N         requests of a trial, at least the highest concurrency
  --duration SECONDS   instead: how long a trial sends, 0.1 to 600 (of the open loop: 10)
  --fresh              starts every target anew for each block: one process differs from the next by some
                       percent, which a run with one of each would take for a difference of the twins
  --strict             what is a warning otherwise (steal, a busy machine, an unsteady warm-up, limits that
                       are not enforced), and too few samples for a quantile, makes the run INVALID
  --seed N             decides the order of trials and photos, 0 to 4294967295 (1)

What is sent
  --photos DIR         photos (JPEG, PNG, WebP) to send; without it photo-like pictures are drawn
  --size SIZE          400x300, 1600x1200 or 12mp: brings every photo to that size (drawn ones: 400x300)

What is measured on
  --model NAME         model of both twins (photo-net)
  --engine NAME        auto, onnx, tensorflow or wasm (auto)
  --decoder NAME       auto, sharp, turbo, wasm or jimp (auto)
  --target NAME=URL    twice: compares two things that already run and answer POST URL/classify, instead
                       of starting the twins; ratios are the first's over the second's
  --kubeconfig NAME=FILE
                       twice, kubeless=FILE and kubernetes=FILE: compares the twins in two clusters
  --deploy             deploys them there before, in the namespace of each kubeconfig's context, with the
                       model, engine and decoder asked for; needs kubectl. Without it, what was deployed
                       so is compared as it is

  --triggers LIST      http,kafka,amqp: compares the ways to one container instead: a photo is produced to
                       Kafka, or published to RabbitMQ, until its prediction is seen
  --kafka HOST:PORT    the broker, or several with commas
  --amqp URL           address of RabbitMQ

What comes of it
  --out DIR            run folder, new or empty (runs/TIME-PROFILE)
  --format LIST        reports to write, of json,markdown,html (all)
  --help               print this

Progress goes to stderr, the answer to stdout. Ctrl-C stops the twins and keeps what was measured.
Exit status: 0 measured, 2 measured but INVALID (the report says why), 64 wrong arguments, 65 unusable
photos, 73 the run folder cannot be made, 74 it cannot be written any more, 130 interrupted, 1 a bug.
`

export const REPORT_USAGE = `Rebuilds every report file of a run from its raw rows.

  npm run report -- RUN_DIR [--format LIST] [--prices FILE] [--help]

  --format LIST        reports to write, of json,markdown,html (those the run was made with)
  --prices FILE        table of prices for what a comparison costs (bench/cost/price-table.json, a copy of
                       which can be edited; the report tells its date)

Exit status: 0 rebuilt, 2 rebuilt and the run is INVALID, 64 wrong arguments, 65 RUN_DIR is not a run
or its rows are damaged, or FILE is no table of prices, 74 it cannot be written, 1 a bug.
`
