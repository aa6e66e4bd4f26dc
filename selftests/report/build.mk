# SPDX-License-Identifier: GPL-2.0-or-later
# Reports and exports of a treatment's record.

$(eval $(call unit_test,report-figures,$(addprefix selftests/report/,test_figures.c course.c) $(REPORT_PURE),,-Ilibcryo,))
