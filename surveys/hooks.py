"""The bell that KoBo rings when a submission arrives: "pull now", and nothing else.

What KoBo sends with it is never read: it is the interview itself, unsigned. Nothing depends
on the bell, which rings for new submissions only and not for every one of them; beat pulls
all the same.
"""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from surveys.tasks import pull_one

HEADER = "X-MTM-Secret"
REST_S = 10  # after a ring further ones are heard, and answered, but start nothing
LONGEST_BODY = 10 * 2**20


@csrf_exempt
@require_POST
def ring(request: HttpRequest, deployment_id: int) -> HttpResponse:
    """Have a deployment pulled soon. No SQL; KoBo tries again where it is told 503."""
    secret = settings.MTM_HOOK_SECRET
    if not secret or not constant_time_compare(request.headers.get(HEADER, ""), secret):
        return HttpResponse(status=403)
    if _too_long(request):
        return HttpResponse(status=413)
    try:
        if cache.add(f"bell:{deployment_id}", 1, timeout=REST_S):
            pull_one.delay(deployment_id=deployment_id)
    except (RedisError, OperationalError):
        return HttpResponse(status=503)
    return HttpResponse(status=204)


def _too_long(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "0")
    return not length.isdecimal() or int(length) > LONGEST_BODY
