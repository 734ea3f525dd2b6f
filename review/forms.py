"""The form of a policy: shares in percent, and a row for each field that may have a threshold of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from extraction.bridge.entries import FIELD_TYPES
from extraction.console import label_of
from review.console import GROUPS, GROUPS_OF, MONEY
from review.models import ReviewPolicy

PREFIX = "threshold_of_"
RECOMMENDED_SAMPLE = 0.02
SAID = "Enter a number from 0 to 100."
TOO_FINE = "Enter at most one decimal."


class PercentField(forms.FloatField):
    """A share from 0 to 1, which people write as 0 to 100; as finely as shares are shown."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminDecimalFieldWidget(attrs={"step": "any", "min": 0, "max": 100, "inputmode": "decimal"})
        bounds = [MinValueValidator(0, SAID), MaxValueValidator(100, SAID)]
        super().__init__(widget=widget, validators=bounds, error_messages={"invalid": SAID}, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What was typed comes back as it was; a stored share is written in percent."""
        return round(value * 100, 4) if isinstance(value, float) else value

    def clean(self, value: Any) -> float | None:
        entered: float | None = super().clean(value)
        if entered is None:
            return None
        if entered != round(entered, 1):
            raise ValidationError(TOO_FINE)
        return round(entered / 100, 3)


class _PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    threshold = PercentField(
        label="Threshold (%)", initial=0.9, help_text="A field of a lower confidence needs a person."
    )
    sample_rate = PercentField(
        label="Quality sample (%)",
        initial=RECOMMENDED_SAMPLE,
        help_text="Of the documents that would pass unseen, a person sees so many all the same. 2 % is recommended: "
        "without a sample nobody knows what passes.",
    )

    class Meta:
        model = ReviewPolicy
        fields = ("workspace", "kind", "automation", "threshold", "sample_rate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, threshold in self.instance.field_thresholds.items():
            self.initial[f"{PREFIX}{name}"] = float(threshold)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        entered = {name: cleaned.get(f"{PREFIX}{name}") for name in FIELD_TYPES}
        unknown = {name: value for name, value in self.instance.field_thresholds.items() if name not in FIELD_TYPES}
        self.instance.field_thresholds = unknown | {name: value for name, value in entered.items() if value is not None}
        return cleaned


PolicyForm: type[forms.ModelForm[ReviewPolicy]] = type(
    "PolicyForm",
    (_PolicyForm,),
    {f"{PREFIX}{name}": PercentField(label=label_of(name), required=False) for name in FIELD_TYPES},
)
"""With a field for each threshold, so that the admin can arrange them."""


def fieldsets_of(rules: ReviewPolicy | None) -> list[tuple[str | None, dict[str, Any]]]:
    """The policy first (``about`` says of what, once it is there); then, folded, the fields by their groups, those of
    the policy's kind before the others."""
    wanted = GROUPS_OF.get(rules.kind if rules else "", MONEY)
    groups = sorted(GROUPS, key=lambda group: group[0] not in wanted)
    grouped = {name for _, names in groups for name in names}
    groups.append(("Other", tuple(sorted(FIELD_TYPES.keys() - grouped))))
    said = "In percent. Empty: the threshold above counts for the fields on which money moves, and others need nobody."
    return [
        (None, {"fields": ("workspace", "about" if rules else "kind", "automation", "threshold", "sample_rate")}),
        *(
            (
                f"Thresholds of single fields: {title.lower()}",
                {
                    "fields": tuple(f"{PREFIX}{name}" for name in names if name in FIELD_TYPES),
                    "classes": ("collapse",),
                    "description": said,
                },
            )
            for title, names in groups
        ),
    ]
