"""Documents of a disposition: always a download, and each look on record."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from xiezhi.kernel.dispositions.documents import open_document
from xiezhi.kernel.dispositions.models import Attachment
from xiezhi.web.alerts.answering import answered
from xiezhi.web.request import actor_of_request


@require_GET
@answered
def document(request: HttpRequest, attachment: int) -> HttpResponseBase:
    """Hand out a document to somebody who may read its alert."""
    try:
        found, stream = open_document(attachment=attachment, by=actor_of_request(request), at=timezone.now())
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    response = FileResponse(stream, as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
