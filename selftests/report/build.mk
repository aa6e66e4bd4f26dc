# SPDX-License-Identifier: GPL-2.0-or-later
# Reports and exports of a treatment's record.

APT_CHECK += fonts-dejavu-core poppler-utils python3

REPORT_SCENES := $(addprefix selftests/report/,course.c scenes.c)

$(eval $(call unit_test,report-figures,selftests/report/test_figures.c selftests/report/course.c $(REPORT_PURE),,-Ilibcryo,-lm))
$(eval $(call unit_test,report-page,selftests/report/test_page.c $(REPORT_SCENES) $(REPORT_PURE) $(REPORT_PAGE),$(REPORT_PKGS),-Ilibcryo,-lm))
$(eval $(call unit_test,report-export,selftests/report/test_export.c $(REPORT_SCENES) $(REPORT_PURE) $(RECORD_EXPORT) libcryo/tools/json.c,,-Ilibcryo,-lm))

CHECKS += $(addprefix selftests/report/,test-export test-page validate-fhir)
