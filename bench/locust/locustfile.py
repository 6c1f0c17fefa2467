"""Locust users who send photos to HOST/classify and check every answer, as `npm run compare` does.

  npm run photos -- --out photos --target http://127.0.0.1:8080
  locust -f bench/locust/locustfile.py --headless -u 10 -r 10 --host http://127.0.0.1:8080 \\
    --photos photos --rows container-1.ndjson --requests 500
  npm run import -- --from locust --photos photos --trial container=container-1.ndjson ... --out runs/locust

A closed loop: each user sends the next photo when the last was answered; nobody sends before all users are there.
The rows (NDJSON) are described in docs/METHOD.md. One process only: `--processes` and workers would count apart.
"""

import json
import math
import os
import platform
import sys
import time
from datetime import datetime, timezone

import gevent
from gevent.event import Event
import locust
from locust import FastHttpUser, constant, events, task
from locust.exception import StopUser
from locust.runners import MasterRunner, WorkerRunner

USAGE = 64
BAD_DATA = 65
TIME_LIMIT_SECONDS = 30
# Threads and batches add in other orders.
TOLERANCE = 1e-3
EXCERPT = 160


def to_order(count, seed):
    """The numbers below `count` in an order that the seed decides: bench/random.ts, mulberry32 and Fisher and Yates."""
    state = seed & 0xFFFFFFFF

    def multiply(one, other):
        return (one * other) & 0xFFFFFFFF

    def random():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = multiply(state ^ (state >> 15), state | 1)
        mixed ^= (mixed + multiply(mixed ^ (mixed >> 7), mixed | 61)) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 14)) / 2**32

    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = math.floor(random() * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


class Photos:
    """What `npm run photos -- --target URL` wrote."""

    def __init__(self, folder):
        def read(name):
            with open(os.path.join(folder, name), "rb") as file:
                return file.read()

        self.files = json.loads(read("photos.json"))
        answers = json.loads(read("answers.json"))
        self.model = answers["model"]
        self.expected = {answer["file"]: answer for answer in answers["answers"]}
        self.bytes = [read(photo["file"]) for photo in self.files]


def to_prediction(body):
    """The answer, or None if it is none of the wire format."""
    try:
        answer = json.loads(body)
        label, probabilities = answer["label"], answer["probabilities"]
        numbers = list(probabilities.values())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    are_numbers = all(type(number) in (int, float) and math.isfinite(number) for number in numbers)
    return answer if isinstance(label, str) and label in probabilities and are_numbers else None


def to_words(prediction):
    return f"{prediction['label']} ({prediction['probabilities'][prediction['label']]:.4f})"


def agree(one, other):
    ours, theirs = one["probabilities"], other["probabilities"]
    return (
        one["label"] == other["label"]
        and ours.keys() == theirs.keys()
        and all(abs(ours[label] - theirs[label]) <= TOLERANCE for label in ours)
    )


def check(response, expected, model):
    """How the request ended (an outcome of bench/run.ts), and what there is to say of it."""
    status, trouble = response.status_code, response.request_meta["exception"]
    if status == 0:
        return ("timed-out" if isinstance(trouble, TimeoutError) else "unanswered"), str(trouble)
    if status == 200 and trouble is not None:
        return "unanswered", str(trouble)
    body = response.content or b""
    excerpt = " ".join(body.decode("utf-8", "replace").split())[:EXCERPT]
    if status != 200:
        return ("refused" if status == 503 else "status"), f"{status}: {excerpt}"
    prediction = to_prediction(body)
    if prediction is None:
        return "garbage", f"no prediction in the answer: {excerpt}"
    if not agree(prediction, expected):
        return "wrong", f"{to_words(prediction)}, but {to_words(expected)} without load"
    told = prediction.get("model") or {}
    if model is not None and told.get("sha256") != model["sha256"]:
        return "wrong", "answered by another model than without load"
    return "right", None


class Trial:
    """One run of Locust: which photo is next, and a row for each request."""

    def __init__(self, environment):
        options = environment.parsed_options
        self.environment = environment
        self.photos = Photos(options.photos)
        self.order = to_order(len(self.photos.files), options.order_seed)
        self.seed, self.requests = options.order_seed, options.requests
        # Rows of another trial are never overwritten.
        self.rows = open(options.rows, "x", encoding="utf-8")
        self.taken = self.ended = 0
        self.all_are_there = Event()

    def begin(self, user_count):
        self.began_at, self.cpu = time.perf_counter(), time.process_time()
        self.write(
            kind="begin",
            version=1,
            tool=f"Locust {locust.__version__}",
            startedAt=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            workload=f"closed:{user_count}",
            seed=self.seed,
            model=self.photos.model,
            photos=[photo["sha256"] for photo in self.photos.files],
            machine=read_machine(),
            loadAverage=read_load(),
        )
        self.all_are_there.set()

    def now(self):
        return (time.perf_counter() - self.began_at) * 1000

    def next_photo(self):
        if 0 < self.requests <= self.taken:
            return None
        self.taken += 1
        return self.order[(self.taken - 1) % len(self.order)]

    def write(self, **row):
        self.rows.write(json.dumps(row, allow_nan=False) + "\n")

    def end(self):
        if self.rows.closed:
            return
        if self.all_are_there.is_set():
            cpu = time.process_time() - self.cpu
            cut_off = self.taken - self.ended
            self.write(kind="end", requests=self.ended, cutOff=cut_off, cpuSeconds=cpu, loadAverage=read_load())
        self.rows.close()


def read_machine():
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = None
    system, release, architecture = platform.system().lower(), platform.release(), platform.machine()
    return {
        "cores": os.cpu_count(),
        "memoryBytes": memory,
        "platform": system,
        "release": release,
        "architecture": architecture,
        "python": platform.python_version(),
    }


def read_load():
    try:
        return list(os.getloadavg())
    except (AttributeError, OSError):
        return None


trial = None


@events.init_command_line_parser.add_listener
def add_options(parser):
    options = parser.add_argument_group("photo-twin")
    options.add_argument("--photos", env_var="PHOTO_TWIN_PHOTOS", default="", help="folder of npm run photos")
    options.add_argument("--rows", env_var="PHOTO_TWIN_ROWS", default="", help="new file that gets a row a request")
    options.add_argument("--order-seed", type=int, default=1, help="decides the order of the photos (1)")
    options.add_argument("--requests", type=int, default=0, help="ends after so many (0: see --run-time)")


@events.init.add_listener
def prepare(environment, runner, web_ui=None, **_):
    global trial
    if isinstance(runner, (MasterRunner, WorkerRunner)):
        refuse("one process only: leave out --processes, --master and --worker", USAGE)
    if web_ui is not None:
        refuse("--headless is needed: one run of Locust is one trial and one file of rows", USAGE)
    options = environment.parsed_options
    if not options.photos or not options.rows:
        refuse("--photos DIR (of npm run photos -- --target URL) and --rows FILE are needed", USAGE)
    try:
        trial = Trial(environment)
    except FileExistsError:
        refuse(f"--rows {options.rows} is there already: name a new file", USAGE)
    except (OSError, ValueError, KeyError, TypeError) as error:
        refuse(f"--photos or --rows cannot be used: {error}; see npm run photos -- --help", BAD_DATA)


def refuse(why, status):
    print(why, file=sys.stderr)
    sys.exit(status)


@events.spawning_complete.add_listener
def begin(user_count, **_):
    if not trial.all_are_there.is_set():
        trial.begin(user_count)


@events.request.add_listener
def record(response_time, response, context, **_):
    row = context.get("row")
    if row is None:
        return
    is_answered = response.status_code != 0 and row["outcome"] not in ("timed-out", "unanswered")
    headers = response.headers or {}
    row["responseTime"] = response_time if is_answered else None
    row["status"] = response.status_code if is_answered else None
    row["serverTiming"] = headers.get("server-timing") if is_answered else None
    trial.write(kind="request", **row)
    trial.ended += 1
    # Not from a user of its own, as the end of all users would be waited for there.
    if trial.ended == trial.requests:
        gevent.spawn(trial.environment.runner.quit)


@events.test_stop.add_listener
def end(**_):
    trial.end()


class PhotoUser(FastHttpUser):
    wait_time = constant(0)
    network_timeout = connection_timeout = TIME_LIMIT_SECONDS

    @task
    def classify(self):
        trial.all_are_there.wait()
        at = trial.next_photo()
        if at is None:
            raise StopUser()
        photo = trial.photos.files[at]
        row = {"photo": photo["file"], "sentAt": trial.now()}
        with self.client.post(
            self.host.rstrip("/") + "/classify",
            name="/classify",
            data=trial.photos.bytes[at],
            headers={"Content-Type": photo["contentType"], "Accept-Encoding": "identity"},
            allow_redirects=False,
            catch_response=True,
            context={"row": row},
        ) as response:
            expected = trial.photos.expected[photo["file"]]
            outcome, message = check(response, expected, trial.photos.model)
            row["outcome"], row["message"] = outcome, message
            if outcome == "right":
                response.success()
            else:
                # Locust counts failures by their text; what was answered is in the rows.
                response.failure(outcome)
