"""What all API views share: the one error shape, pagination, throttles."""

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class LimitOffset(LimitOffsetPagination):
    pass


class AnonThrottle(AnonRateThrottle):
    pass


class UserThrottle(UserRateThrottle):
    pass
