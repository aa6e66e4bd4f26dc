// SPDX-License-Identifier: GPL-2.0-or-later
/* A patient of the population as options of cryo-plant. */
#include "selftests/sil/plant-options.h"

#include "selftests/sil/anatomy.h"

void plant_options_print(const struct traits *t, FILE *out)
{
	struct handpiece_config c = anatomy_config(t);
	const struct {
		const char *name;
		double value;
	} options[] = {
		{ "gauge", c.tip.gauge },
		{ "active-mm", c.tip.active_m * 1e3 },
		{ "nozzle-share", c.tip.nozzle_share },
		{ "exhaust-kpa", c.tip.exhaust_kpa },
		{ "tail-s", c.tip.tail_s },
		{ "open-delay-ms", c.tip.open_delay_s * 1e3 },
		{ "close-delay-ms", c.tip.close_delay_s * 1e3 },
		{ "jitter-ms", c.tip.jitter_s * 1e3 },
		{ "cylinder-degc", c.cylinder_degc },
		{ "liquid-g", c.liquid_g },
		{ "contact", c.contact_m2k_w },
		{ "k-frozen", c.tissue.k_frozen },
		{ "k-freezing", c.tissue.k_freezing },
		{ "k-unfrozen", c.tissue.k_unfrozen },
		{ "c-frozen", c.tissue.c_frozen },
		{ "c-unfrozen", c.tissue.c_unfrozen },
		{ "latent", c.tissue.latent },
		{ "perfusion", c.tissue.perfusion },
		{ "metabolic", c.tissue.metabolic },
		{ "blood-degc", c.tissue.blood_degc },
		{ "vessel-from-mm", c.vessel.from_m * 1e3 },
		{ "vessel-to-mm", c.vessel.to_m * 1e3 },
		{ "vessel-times", c.vessel.times },
		{ "lag-ms", c.sensors.tip_lag_s * 1e3 },
		{ "offset-degc", c.sensors.tip_offset_degc },
		{ "tissue-needle-mm", c.tissue_needle_m * 1e3 },
		{ "tissue-offset-degc", c.sensors.tissue_offset_degc },
		{ "noise-degc", c.sensors.noise_degc },
		{ "plug-degc", c.sensors.cold_junction_degc },
	};

	fprintf(out, "--cryogen %s --seed %llu", c.tip.cryogen == CRYOGEN_LN2 ? "ln2" : "n2o",
		(unsigned long long)c.seed);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		fprintf(out, " --%s %.9g", options[i].name, options[i].value);
	fprintf(out, "\n");
}
