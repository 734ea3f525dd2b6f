#!/bin/sh
# Run the arguments with the first Python that is new enough; say what to do where there is none.
for python in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$@"
    fi
done
echo "Python 3.11 or newer is needed and was not found; install it, or name it with PYTHON=/path/to/python3." >&2
exit 1
