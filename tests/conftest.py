"""What all tests share."""

from django.contrib.auth.hashers import Argon2PasswordHasher

# The real algorithm, cheap: every test that makes people would wait for it.
Argon2PasswordHasher.time_cost = 1
Argon2PasswordHasher.memory_cost = 64
Argon2PasswordHasher.parallelism = 1
