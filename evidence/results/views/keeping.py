"""The managers' side: the framework, one indicator's definition, and what a project reports, from where and to where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import Conflict, DomainError, InvalidInput, StaleWrite, WrongState
from core.web.unsaved import signed_in, take_kept
from evidence.models import Assumption, Baseline, Indicator, Period, ProjectIndicator, ResultNode, Target
from evidence.results import keeping, policies, selectors
from evidence.results.figures import parse_number
from evidence.results.keepers import (
    AssumptionForm,
    BaselineForm,
    IndicatorForm,
    NodeForm,
    ProjectIndicatorsForm,
)
from evidence.results.reference import has_results
from evidence.results.words import period_words, print_decimal
from organizations.models import Project

if TYPE_CHECKING:
    from django.http import HttpRequest

    from organizations.models import Programme

DEFINITION_FIELDS = (
    "code",
    "name",
    "name_ur",
    "is_ur_reviewed",
    "unit",
    "aggregation",
    "frequency",
    "disaggregations",
    "higher_is_better",
    "means_of_verification",
    "source",
    "method_note",
    "version",
)


def _programme(request: HttpRequest) -> Programme:
    require(policies.can_keep_framework(request.actor), _("The framework of results is kept by programme managers."))
    programme = selectors.programme_of(request.actor)
    if programme is None:
        raise Http404
    return programme


def _refuse(form: Any, refused: DomainError) -> None:
    field = getattr(refused, "field", None)
    form.add_error(field if field in form.fields else None, str(refused))


@signed_in
@require_GET
def framework(request: HttpRequest) -> HttpResponse:
    """Statements, their assumptions and indicators, to be changed."""
    programme = _programme(request)
    nodes = list(
        ResultNode.objects.visible_to(request.actor)
        .filter(programme=programme)
        .prefetch_related("assumptions")
        .order_by("position", "pk")
    )
    indicators: dict[int, list[Indicator]] = {}
    for row in selectors.standard_indicators(request.actor, programme):
        indicators.setdefault(row.node_id, []).append(row)
    return render(
        request,
        "evidence/results/framework.html",
        {"programme": programme, "nodes": [(node, indicators.get(node.pk, [])) for node in nodes]},
    )


@signed_in
@require_http_methods(["GET", "POST"])
def node_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A statement."""
    programme = _programme(request)
    row = get_object_or_404(ResultNode.objects.visible_to(request.actor), pk=pk, programme=programme) if pk else None
    names = ("level", "parent", "code", "statement", "statement_ur", "version")
    initial = {name: getattr(row, name) for name in names} if row else {}
    kept = take_kept(request) if request.method == "GET" else request.POST
    form = NodeForm(kept, programme=programme, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keeping.save_node(
                    actor=request.actor,
                    programme_id=programme.pk,
                    pk=pk,
                    values=form.cleaned_data,
                    version=(form.cleaned_data["version"] or -1) if row else None,
                    at=timezone.now(),
                )
            except StaleWrite as refused:
                _refuse(form, refused)
                status = 409
            except (InvalidInput, WrongState) as refused:
                _refuse(form, refused)
            else:
                messages.success(request, _("The statement has been saved."))
                return redirect("evidence:framework")
    title = _("Statement")
    return _form_page(request, form, title, status, theirs=row if status == 409 else None)


@signed_in
@require_http_methods(["GET", "POST"])
def assumption_form(request: HttpRequest, node: int, pk: int | None = None) -> HttpResponse:
    """An assumption of a statement."""
    _programme(request)
    parent = get_object_or_404(ResultNode.objects.visible_to(request.actor), pk=node)
    row = get_object_or_404(Assumption.objects.visible_to(request.actor), pk=pk, node=parent) if pk else None
    initial = {name: getattr(row, name) for name in ("text", "text_ur", "status", "checked_on")} if row else {}
    form = AssumptionForm(take_kept(request) if request.method == "GET" else request.POST, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keeping.save_assumption(
                    actor=request.actor, node_id=node, pk=pk, values=form.cleaned_data, at=timezone.now()
                )
            except InvalidInput as refused:
                _refuse(form, refused)
            else:
                messages.success(request, _("The assumption has been saved."))
                return redirect("evidence:framework")
    return _form_page(request, form, _("Assumption"), status, lead=str(parent))


@signed_in
@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest) -> HttpResponse:
    """A new indicator of the programme, or with `?project=` one of a project."""
    programme = _programme(request)
    code = request.GET.get("project", "")
    project = get_object_or_404(Project.objects.visible_to(request.actor), code=code) if code else None
    form = IndicatorForm(
        take_kept(request) if request.method == "GET" else request.POST, programme=programme, is_own=project is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = keeping.save_indicator(
                actor=request.actor,
                code=None,
                project_code=code or None,
                values=form.values(),
                version=None,
                at=timezone.now(),
            )
        except (InvalidInput, Conflict) as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The indicator has been saved."))
            return redirect("evidence:project_setup", code) if code else redirect("evidence:indicator_edit", row.code)
    return _form_page(
        request,
        form,
        _("New indicator"),
        422 if request.method == "POST" else 200,
        lead=str(project) if project else "",
    )


@signed_in
@require_http_methods(["GET", "POST"])
def indicator_edit(request: HttpRequest, code: str) -> HttpResponse:
    """A definition. With results it is locked, and the same form makes the indicator that replaces it."""
    programme = _programme(request)
    row = get_object_or_404(
        Indicator.objects.visible_to(request.actor).select_related("unit", "node", "project"), code=code
    )
    is_locked = has_results(row)
    initial = {name: getattr(row, name) for name in DEFINITION_FIELDS}
    kept = take_kept(request) if request.method == "GET" else request.POST
    form = IndicatorForm(kept, programme=programme, is_new=False, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = _save_definition(request, row, form)
            except StaleWrite as refused:
                _refuse(form, refused)
                status = 409
            except (InvalidInput, Conflict, WrongState) as refused:
                _refuse(form, refused)
            else:
                messages.success(request, _("The indicator has been saved."))
                return redirect("evidence:indicator_edit", changed.code)
    return _form_page(
        request,
        form,
        _("Definition of %(code)s") % {"code": row.code},
        status,
        lead=str(row),
        is_locked=is_locked,
        can_replace=is_locked and not Indicator.objects.filter(replaces=row).exists(),
        theirs=row if status == 409 else None,
    )


def _save_definition(request: HttpRequest, row: Indicator, form: IndicatorForm) -> Indicator:
    values = form.values()
    if request.POST.get("go") == "replace":
        return keeping.replace_indicator(actor=request.actor, code=row.code, values=values, at=timezone.now())
    return keeping.save_indicator(
        actor=request.actor,
        code=row.code,
        project_code=None,
        values=values,
        version=values["version"] or -1,
        at=timezone.now(),
    )


def _form_page(request: HttpRequest, form: Any, title: str, status: int, **more: Any) -> HttpResponse:
    return render(request, "evidence/results/keep.html", {"form": form, "title": title, **more}, status=status)


# --- A project ------------------------------------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "POST"])
def project_setup(request: HttpRequest, code: str) -> HttpResponse:
    """What a project reports: standard indicators to tick, its own, and where each has its baseline and targets."""
    _programme(request)
    project = get_object_or_404(Project.objects.visible_to(request.actor).select_related("programme"), code=code)
    reported = list(
        ProjectIndicator.objects.visible_to(request.actor)
        .filter(project=project)
        .select_related("indicator", "baseline")
        .order_by("indicator__position", "indicator__code")
    )
    initial = {"indicators": [one.indicator_id for one in reported if one.indicator.project_id is None]}
    kept = take_kept(request) if request.method == "GET" else request.POST
    form = ProjectIndicatorsForm(kept, programme=project.programme, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keeping.set_project_indicators(
                    actor=request.actor,
                    project_code=code,
                    indicators=form.cleaned_data["indicators"],
                    at=timezone.now(),
                )
            except WrongState as refused:
                _refuse(form, refused)
                status = 409
            else:
                messages.success(request, _("Saved. The reporting calendar follows."))
                return redirect("evidence:project_setup", code)
    targets = set(
        Target.objects.filter(project_indicator__in=[one.pk for one in reported]).values_list(
            "project_indicator_id", flat=True
        )
    )
    return render(
        request,
        "evidence/results/setup.html",
        {
            "project": project,
            "form": form,
            "rows": [
                {"one": one, "has_baseline": hasattr(one, "baseline"), "has_target": one.pk in targets}
                for one in reported
            ],
            "has_dates": bool(project.starts_on and project.ends_on),
            "period_count": Period.objects.visible_to(request.actor).filter(project=project).count(),
        },
        status=status,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def aims_form(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Baseline and targets of one indicator of a project."""
    _programme(request)
    one = get_object_or_404(
        ProjectIndicator.objects.visible_to(request.actor).select_related("project", "indicator__unit"),
        project__code=code,
        indicator__code=indicator,
    )
    baseline = Baseline.objects.visible_to(request.actor).filter(project_indicator=one).first()
    initial = (
        {
            "value": print_decimal(baseline.value) if baseline.value is not None else "",
            "numerator": baseline.numerator,
            "denominator": baseline.denominator,
            "measured_on": baseline.measured_on,
            "source": baseline.source,
            "missing_reason": baseline.missing_reason,
        }
        if baseline
        else {}
    )
    kept = take_kept(request) if request.method == "GET" else request.POST
    form = BaselineForm(kept, indicator=one.indicator, initial=initial)
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        status = 422
        targets = _read_targets(request, one, errors)
        if form.is_valid() and not errors:
            try:
                _save_aims(request, one, form, targets)
            except InvalidInput as refused:
                _refuse(form, refused)
            else:
                messages.success(request, _("Baseline and targets have been saved."))
                return redirect("evidence:project_setup", code)
    return render(
        request,
        "evidence/results/aims.html",
        {"one": one, "form": form, "errors": errors, **_target_table(one, kept, errors)},
        status=status,
    )


def _save_aims(request: HttpRequest, one: ProjectIndicator, form: BaselineForm, targets: dict[Any, Any]) -> None:
    at = timezone.now()
    named = {"project_code": one.project.code, "indicator_code": one.indicator.code}
    with transaction.atomic():
        keeping.set_baseline(actor=request.actor, **named, values=form.values(), at=at)
        keeping.set_targets(actor=request.actor, **named, values=targets, at=at)


def _cells(one: ProjectIndicator) -> list[tuple[Any, list[tuple[str, Any, Any]]]]:
    """The table of targets: the end and each period, for the whole project and each district."""
    districts = (
        list(one.project.districts.order_by("name_en", "pk")) if "DISTRICT" in one.indicator.disaggregations else []
    )
    periods = list(
        Period.objects.filter(project=one.project, frequency=one.indicator.frequency).order_by("starts_on", "pk")
    )
    rows: list[Any] = [None, *periods]
    return [
        (
            period,
            [
                (f"target-{period.pk if period else 0}-{district.pk if district else 0}", period, district)
                for district in (None, *districts)
            ],
        )
        for period in rows
    ]


def _read_targets(request: HttpRequest, one: ProjectIndicator, errors: dict[str, str]) -> dict[Any, Any]:
    found = {}
    for _period, cells in _cells(one):
        for name, period, district in cells:
            if name not in request.POST:
                continue
            try:
                value = parse_number(request.POST[name])
            except InvalidInput as refused:
                errors[name] = str(refused)
            else:
                found[period.pk if period else None, district.pk if district else None] = value
    return found


def _target_table(one: ProjectIndicator, typed: Any, errors: dict[str, str]) -> dict[str, Any]:
    stored = {(row.period_id, row.district_id): row.value for row in Target.objects.filter(project_indicator=one)}
    table = []
    columns: list[Any] = []
    for period, cells in _cells(one):
        columns = [district for _name, _period, district in cells]
        fields = []
        for name, _period, district in cells:
            value = stored.get((period.pk if period else None, district.pk if district else None))
            said = print_decimal(value) if value is not None else ""
            label = ", ".join(
                str(part)
                for part in (period_words(period) if period else _("At the end of the project"), district)
                if part
            )
            fields.append(
                {
                    "name": name,
                    "value": typed.get(name, said) if typed else said,
                    "error": errors.get(name, ""),
                    "label": label,
                }
            )
        table.append((period_words(period) if period else _("At the end of the project"), fields))
    return {"columns": columns, "table": table}
