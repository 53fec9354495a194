"""An operation that moto lacks is refused at once.

moto answers 500, which an SDK takes for a passing trouble and asks again for minutes.
"""

import json
from typing import Any

from moto.core.responses import BaseResponse

_call = BaseResponse.call_action


def _call_or_refuse(self: BaseResponse) -> Any:
    try:
        return _call(self)
    except NotImplementedError as missing:
        message = f"not simulated: {self.service_name} {missing}"
        print(message, flush=True)
        if self.headers.get("X-Amz-Target") or "json" in self.headers.get("Content-Type", ""):
            answer = json.dumps({"__type": "NotSimulated", "message": message})
            return 400, {"x-amzn-errortype": "NotSimulated"}, answer
        error = f"<Type>Sender</Type><Code>NotSimulated</Code><Message>{message}</Message>"
        return 400, {}, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"


BaseResponse.call_action = _call_or_refuse  # type: ignore[method-assign]
