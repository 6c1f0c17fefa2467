"""Prints the CPU ms in which libjpeg-turbo, as native code through its TurboJPEG API, decodes the JPEG of standard input at
1 / DENOMINATOR (the argument) of its size: of several runs the least."""
import ctypes
import json
import re
import sys
import time

LIBRARY = 'libturbojpeg.so.0'
RGBX = 2
RUNS, DECODES = 10, 100

try:
    turbo = ctypes.CDLL(LIBRARY)
except OSError:
    sys.exit(f'{LIBRARY} cannot be loaded')
turbo.tjInitDecompress.restype = ctypes.c_void_p
turbo.tjGetErrorStr.restype = ctypes.c_char_p


def check(code):
    if code != 0:
        sys.exit(turbo.tjGetErrorStr().decode())


def read_version():
    with open('/proc/self/maps') as maps:
        path = next(line.split()[-1] for line in maps if 'libturbojpeg' in line)
    with open(path, 'rb') as file:
        found = re.search(rb'libjpeg-turbo version ([\d.]+)', file.read())
    return found.group(1).decode() if found else 'unknown'


photo, denominator = sys.stdin.buffer.read(), int(sys.argv[1])
handle = ctypes.c_void_p(turbo.tjInitDecompress())
size, sampling, colours = (ctypes.c_int(), ctypes.c_int()), ctypes.c_int(), ctypes.c_int()
source, length = ctypes.c_char_p(photo), ctypes.c_ulong(len(photo))
check(turbo.tjDecompressHeader3(handle, source, length, *map(ctypes.byref, (*size, sampling, colours))))
width, height = (-(-each.value // denominator) for each in size)
pixels = ctypes.create_string_buffer(width * height * 4)


def decode():
    check(turbo.tjDecompress2(handle, source, length, pixels, width, 0, height, RGBX, 0))


def measure():
    started = time.process_time()
    for _ in range(DECODES):
        decode()
    return (time.process_time() - started) * 1000 / DECODES


cpu_ms = min(measure() for _ in range(RUNS))
print(json.dumps({'version': read_version(), 'width': width, 'height': height, 'cpuMs': cpu_ms}))
