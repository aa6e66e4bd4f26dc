// SPDX-License-Identifier: GPL-2.0-or-later
/* The pure parts of cryoctl: suggestions, JSON, values as text, plot, ball and digits. */
#include "libcryo/tools/ball.h"
#include "libcryo/tools/big.h"
#include "libcryo/tools/json.h"
#include "libcryo/tools/moment.h"
#include "libcryo/tools/plot.h"
#include "libcryo/tools/suggest.h"
#include "libcryo/tools/text.h"
#include "libcryo/tools/view.h"
#include "selftests/unit/test.h"

#define SECOND 1000000000LL

TEST(distance_counts_edits)
{
	EXPECT_EQ(suggest_distance("", ""), 0);
	EXPECT_EQ(suggest_distance("abc", ""), 3);
	EXPECT_EQ(suggest_distance("", "abc"), 3);
	EXPECT_EQ(suggest_distance("start", "START"), 0);
	EXPECT_EQ(suggest_distance("start", "strat"), 1);
	EXPECT_EQ(suggest_distance("kitten", "sitting"), 3);
	EXPECT_EQ(suggest_distance("monitr", "monitor"), 1);
}

TEST(distance_of_very_long_names_is_bounded)
{
	char a[500], b[500];

	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'b', sizeof(b) - 1);
	a[sizeof(a) - 1] = b[sizeof(b) - 1] = 0;
	EXPECT_EQ(suggest_distance(a, b), 63);
}

TEST(suggestions_are_the_nearest_first)
{
	static const char *const names[] = { "resume", "pause", "start", "status", "abort" };
	const char *near[SUGGEST_MAX];

	ASSERT_EQ(suggest("strat", names, 5, near), 1);
	EXPECT_STREQ(near[0], "start");
	ASSERT_EQ(suggest("sta", names, 5, near), 2);
	EXPECT_STREQ(near[0], "start");
	EXPECT_STREQ(near[1], "status");
	EXPECT_EQ(suggest("frobnicate", names, 5, near), 0);
	EXPECT_EQ(suggest("", names, 5, near), 0);
}

TEST(at_most_three_are_suggested)
{
	static const char *const names[] = { "SN-4567", "SN-1", "SN-2", "SN-3", "SN-4" };
	const char *near[SUGGEST_MAX];

	ASSERT_EQ(suggest("SN-45", names, 5, near), 3);
	EXPECT_STREQ(near[0], "SN-4567");
	EXPECT_STREQ(near[1], "SN-4");
}

TEST(json_is_escaped)
{
	char *text = NULL;
	size_t size;
	struct json j = { .out = open_memstream(&text, &size) };

	json_open(&j, NULL, '{');
	json_string(&j, "a\"b", "back\\slash, tab\t, °");
	json_open(&j, "list", '[');
	json_integer(&j, NULL, INT64_MIN);
	json_unsigned(&j, NULL, UINT64_MAX);
	json_close(&j, ']');
	json_thousandths(&j, "low", -60250);
	json_thousandths(&j, "small", -5);
	json_boolean(&j, "yes", true);
	json_null(&j, "no");
	json_close(&j, '}');
	fclose(j.out);
	EXPECT_STREQ(text, "{\"a\\\"b\": \"back\\\\slash, tab\\u0009, °\", "
		     "\"list\": [-9223372036854775808, 18446744073709551615], "
		     "\"low\": -60.250, \"small\": -0.005, \"yes\": true, \"no\": null}");
	free(text);
}

TEST(moments_are_days_with_or_without_a_time)
{
	int64_t us = 42;

	setenv("TZ", "UTC", 1);
	EXPECT(moment_parse("2026-11-23", false, &us));
	EXPECT_EQ(us, 1795392000000000);
	EXPECT(moment_parse("2026-11-23", true, &us));
	EXPECT_EQ(us, 1795392000000000 + 86400000000);
	EXPECT(moment_parse("2026-11-23 18:53", false, &us));
	EXPECT_EQ(us, 1795392000000000 + (18 * 60 + 53) * 60000000LL);
	EXPECT(moment_parse("2026-11-23 18:53:07", true, &us));
	EXPECT_EQ(us, 1795392000000000 + ((18 * 60 + 53) * 60 + 8) * 1000000LL);
	us = 42;
	EXPECT(!moment_parse("2026-02-29", false, &us));
	EXPECT(!moment_parse("23.11.2026", false, &us));
	EXPECT(!moment_parse("2026-11-23 ", false, &us) && !moment_parse("", false, &us));
	EXPECT_EQ(us, 42);
}

TEST(values_read_well)
{
	char text[TEXT_MAX];

	EXPECT_STREQ(text_temperature(text, -45249, true), "-45.2 °C");
	EXPECT_STREQ(text_temperature(text, 5000, false), "+5.0 degC");
	EXPECT_STREQ(text_temperature(text, CRYO_NOT_VALID, true), "--");
	EXPECT_STREQ(text_length(text, 3249), "3.2 mm");
	EXPECT_STREQ(text_share(text, 0), "0 %");
	EXPECT_STREQ(text_share(text, 995), "100 %");
	EXPECT_STREQ(text_uses(text, 0), "0");
	EXPECT_STREQ(text_uses(text, CRYO_UNLIMITED), "-");
	EXPECT_STREQ(text_left(text, 0), "--");
	EXPECT_STREQ(text_left(text, 1), "0:01");
	EXPECT_STREQ(text_left(text, 65000), "1:05");
}

TEST(long_texts_are_wrapped_at_words)
{
	static const char word[] = "abcdefghi";
	char text[400] = "", line[TEXT_COLUMNS + 1];
	const char *rest = text;
	unsigned int lines = 0;

	for (int i = 0; i < 20; i++) {
		strcat(text, word);
		strcat(text, " ");
	}
	while (text_wrap(line, &rest)) {
		EXPECT_LE(strlen(line), TEXT_COLUMNS);
		EXPECT(!strncmp(line, word, strlen(word)));
		lines++;
	}
	EXPECT_EQ(lines, 3);
	memset(text, 'x', 100);
	text[100] = 0;
	rest = text;
	EXPECT(text_wrap(line, &rest));
	EXPECT_EQ(strlen(line), TEXT_COLUMNS);
	EXPECT(text_wrap(line, &rest));
	EXPECT(!text_wrap(line, &rest));
}

TEST(an_empty_plot_is_a_frame)
{
	static const struct plot plot;
	char row[PLOT_ROW_MAX];

	plot_row(&plot, 0, false, row);
	EXPECT_STREQ(row, "   +20 |");
	plot_row(&plot, PLOT_ROWS - 1, false, row);
	EXPECT_STREQ(row, "    +0 |");
}

/* The newest column stands at the right end; 16 levels of 10 degC from -80 to +80. */
TEST(a_plot_shows_tip_and_target)
{
	static struct plot plot;
	char row[PLOT_ROW_MAX];

	plot_add(&plot, 0, 75000, CRYO_NOT_VALID);
	plot_add(&plot, 3 * SECOND, -75000, -40000);
	plot_row(&plot, 0, false, row);
	EXPECT_STREQ(row + strlen(row) - 3, " ' ");
	plot_row(&plot, PLOT_ROWS - 1, false, row);
	EXPECT_STREQ(row + strlen(row) - 3, "  .");
	plot_row(&plot, PLOT_ROWS - 3, false, row);
	EXPECT_STREQ(row + strlen(row) - 3, "  -");
	plot_row(&plot, PLOT_ROWS - 3, true, row);
	EXPECT_STREQ(row + strlen(row) - strlen("╌"), "╌");
	EXPECT_EQ(strlen(row), strlen("       │") + PLOT_COLUMNS - 1 + strlen("╌"));
}

TEST(a_plot_scrolls_and_forgets)
{
	static struct plot plot;
	char row[PLOT_ROW_MAX];

	plot_add(&plot, 0, 75000, CRYO_NOT_VALID);
	plot_add(&plot, PLOT_COLUMN_NS * (PLOT_COLUMNS - 1), 5000, CRYO_NOT_VALID);
	plot_row(&plot, 0, false, row);
	EXPECT_EQ(row[8], '\'');
	plot_add(&plot, PLOT_COLUMN_NS * PLOT_COLUMNS, 5000, CRYO_NOT_VALID);
	plot_row(&plot, 0, false, row);
	EXPECT_STREQ(row + strlen(row) - 1, " ");
	EXPECT_EQ(row[8], ' ');
}

TEST(a_plot_survives_any_order_of_times)
{
	static struct plot plot;
	char row[PLOT_ROW_MAX];

	plot_add(&plot, -SECOND, -20000, CRYO_NOT_VALID);
	plot_add(&plot, 1000 * SECOND, -20000, CRYO_NOT_VALID);
	plot_add(&plot, 1000000000 * SECOND, INT32_MAX, INT32_MIN + 1);
	plot_add(&plot, 5 * SECOND, -20000, CRYO_NOT_VALID);
	for (int i = 0; i < PLOT_ROWS; i++)
		plot_row(&plot, i, true, row);
	EXPECT_LT(strlen(row), PLOT_ROW_MAX);
}

TEST(big_digits_stand_side_by_side)
{
	char row[BIG_ROW_MAX];

	big_row("-4.x", 0, false, row);
	EXPECT_STREQ(row, "       ##  ##           ");
	big_row("-4.x", 2, false, row);
	EXPECT_STREQ(row, "###### ######           ");
	big_row("-4.x", 4, false, row);
	EXPECT_STREQ(row, "           ## ##        ");
	big_row("1", 0, true, row);
	EXPECT_STREQ(row, "    ██ ");
}

TEST(a_ball_is_to_scale_and_round)
{
	struct ball ball = { .ice_um = 4000, .isotherm_um = 2000, .boundary_um = 5000 };
	char middle[BALL_ROW_MAX], row[BALL_ROW_MAX];

	ball_row(&ball, BALL_ROWS / 2, false, middle);
	EXPECT_STREQ(middle, "  .. +++######+++ ..  ");
	for (int i = 0; i < BALL_ROWS / 2; i++) {
		ball_row(&ball, i, false, row);
		ball_row(&ball, BALL_ROWS - 1 - i, false, middle);
		EXPECT_STREQ(row, middle);
		EXPECT_EQ(strlen(row), BALL_COLUMNS);
	}
}

TEST(a_ball_of_nothing_is_empty)
{
	static const struct ball ball;
	char row[BALL_ROW_MAX];

	for (int i = 0; i < BALL_ROWS; i++) {
		ball_row(&ball, i, true, row);
		EXPECT_EQ(strspn(row, " "), BALL_COLUMNS);
	}
}

TEST(a_ball_of_any_size_is_drawn)
{
	struct ball ball = { .ice_um = UINT32_MAX, .isotherm_um = UINT32_MAX };
	char row[BALL_ROW_MAX];

	ball_row(&ball, BALL_ROWS / 2, false, row);
	EXPECT(strchr(row, '#'));
}

TEST(the_flow_is_a_bar)
{
	struct view view = { .frame = { .flow_permille = 500 } };
	char text[3 * VIEW_BAR_CELLS + 1];

	EXPECT_STREQ(view_bar(&view, text), "##########..........");
	view.frame.flow_permille = 1000;
	EXPECT_STREQ(view_bar(&view, text), "####################");
}

static struct view sample_view(void)
{
	return (struct view){
		.frame = {
			.tip_mdegc = -45200, .target_mdegc = -70000, .phase = CRYO_PHASE_COOL,
			.cycle = 1, .cycles = 2, .phase_left_ms = 65000, .flow_permille = 500,
			.ice_radius_um = 3200, .isotherm_radius_um = 2100,
		},
	};
}

TEST(a_line_tells_the_most)
{
	struct view view = sample_view();
	char line[VIEW_LINE_MAX];

	view.paused = true;
	view_line(&view, 12 * SECOND + SECOND / 2, line);
	EXPECT_STREQ(line, "   12.5 s  cool (paused) 1/2  tip -45.2 degC  target -70.0 degC  "
		     "flow 50 %  ice 3.2 mm  left 1:05");
}

TEST_MAIN()
