// SPDX-License-Identifier: GPL-2.0-only
/*
 * cryoprobe-sim: virtual handpieces whose patient is another program. Finds the
 * page that it shares with the plant, waits until that one has initialised it,
 * and plugs the handpieces in, and out, as their connectors say.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "at24.h"
#include "described.h"
#include "frontend.h"
#include "gpio.h"
#include "handpiece.h"
#include "nodes.h"
#include "page.h"

#define IVSHMEM_BAR	2
#define WAIT_MAGIC_MS	100
#define WAIT_LOOK_MS	10	/* well below CRYOSIM_STAMP_MAX_NS */
#define PLUG_LOOKS	3	/* a connector bounces */

/**
 * struct sim - the module's state
 * @page: shared with the plant
 * @wait: looks whether the plant has initialised the page and lives, and at the
 *	connectors
 * @refused: a page that cannot be used has been reported
 * @started: the plant lives, or has
 * @described: the firmware describes the handpieces: they stay plugged in
 * @plugged: mask of those whose connectors were plugged in last
 * @looks: how often in a row a connector has said otherwise
 * @handpiece: those that are plugged in
 * @eeprom: what their EEPROMs hold, also while they are pulled out
 */
struct sim {
	struct sim_page page;
	struct delayed_work wait;
	bool refused;
	bool started;
	bool described;
	u32 plugged;
	u8 looks[CRYOSIM_HANDPIECES_MAX];
	struct sim_handpiece *handpiece[CRYOSIM_HANDPIECES_MAX];
	u8 eeprom[CRYOSIM_HANDPIECES_MAX][SIM_AT24_BYTES];
};

/* One is enough: there is one page per machine. */
static struct sim *the_sim;

static int plug(unsigned int index, struct device *parent)
{
	struct sim *sim = the_sim;
	struct sim_handpiece *handpiece;

	if ((int)index >= sim_page_handpieces(&sim->page))
		return -ENODEV;
	if (sim->handpiece[index])
		return -EBUSY;
	handpiece = sim_handpiece_add(&sim->page, index, parent, sim->eeprom[index]);
	if (IS_ERR(handpiece))
		return PTR_ERR(handpiece);
	sim->handpiece[index] = handpiece;
	return 0;
}

static void unplug(unsigned int index)
{
	struct sim_handpiece *handpiece = the_sim->handpiece[index];

	the_sim->handpiece[index] = NULL;
	if (handpiece)
		sim_handpiece_remove(handpiece);
}

static const struct sim_described_ops described_ops = {
	.plug = plug,
	.unplug = unplug,
};

/* Those that the firmware describes, or else all of them, as their connectors say. */
static void begin(struct sim *sim, unsigned int count)
{
	struct device *parent = sim->page.misc.this_device;
	int nodes = sim_described_plug_in(&described_ops);

	if (nodes < 0)
		dev_err(parent, "no driver of described handpieces: error %d\n", nodes);
	sim->started = true;
	sim->described = nodes > 0;
	dev_info(parent, "%u handpieces, %s\n", count,
		 sim->described ? "as described by firmware" : "described by the module");
}

/* A chip is probed only once, and would not answer while no plant lives. */
static void look_at_connector(struct sim *sim, unsigned int i, bool plant_lives)
{
	bool there = sim_page_levels(&sim->page, i) & CRYOSIM_LEVEL_DETECT;
	struct device *parent = sim->page.misc.this_device;
	int ret = 0;

	if (there == !!(sim->plugged & BIT(i)) || (there && !plant_lives)) {
		sim->looks[i] = 0;
		return;
	}
	if (++sim->looks[i] < PLUG_LOOKS)
		return;
	sim->looks[i] = 0;
	sim->plugged ^= BIT(i);
	if (there)
		ret = plug(i, parent);
	else
		unplug(i);
	if (ret)
		dev_err(parent, "handpiece %u: error %d\n", i, ret);
	else
		dev_info(parent, "handpiece %u %s\n", i, there ? "plugged in" : "pulled out");
}

static void refuse(struct sim *sim)
{
	const struct cryosim_page *mem = sim->page.mem;

	if (sim->refused)
		return;
	sim->refused = true;
	dev_err(sim->page.misc.this_device,
		"page of version %u, %u bytes, %u handpieces; expected %u, %zu, 1 to %u\n",
		READ_ONCE(mem->version), READ_ONCE(mem->bytes), READ_ONCE(mem->handpieces),
		CRYOSIM_VERSION, sizeof(*mem), CRYOSIM_HANDPIECES_MAX);
}

static void look(struct work_struct *work)
{
	struct sim *sim = container_of(work, struct sim, wait.work);
	int i, count = sim_page_handpieces(&sim->page);
	bool lives;

	if (count == -EPROTO)
		refuse(sim);
	/* The plant echoes it: else nobody would give one while nothing is plugged in. */
	if (count > 0)
		sim_page_alive(&sim->page, 0);
	lives = sim_page_plant_lives(&sim->page);
	if (count > 0 && lives && !sim->started)
		begin(sim, count);
	for (i = 0; sim->started && !sim->described && i < count; i++)
		look_at_connector(sim, i, lives);
	schedule_delayed_work(&sim->wait, msecs_to_jiffies(count > 0 ? WAIT_LOOK_MS :
								       WAIT_MAGIC_MS));
}

static void write_eeproms(struct sim *sim)
{
	unsigned int i;

	memset(sim->eeprom, 0xff, sizeof(sim->eeprom));
	for (i = 0; i < CRYOSIM_HANDPIECES_MAX; i++)
		sim_label_write(sim->eeprom[i], i, sim_nodes_cryogen());
}

static int start(struct cryosim_page *mem, phys_addr_t bar)
{
	struct sim *sim = kzalloc(sizeof(*sim), GFP_KERNEL);
	int ret;

	if (!sim)
		return -ENOMEM;
	ret = sim_page_publish(&sim->page, mem, bar);
	if (ret) {
		kfree(sim);
		return ret;
	}
	write_eeproms(sim);
	the_sim = sim;
	INIT_DELAYED_WORK(&sim->wait, look);
	schedule_delayed_work(&sim->wait, 0);
	return 0;
}

static void stop(void)
{
	struct sim *sim = the_sim;
	unsigned int i;

	cancel_delayed_work_sync(&sim->wait);
	for (i = 0; i < CRYOSIM_HANDPIECES_MAX; i++)
		if (sim->handpiece[i])
			sim_handpiece_unhang(sim->handpiece[i]);
	sim_described_pull_out();
	for (i = 0; i < CRYOSIM_HANDPIECES_MAX; i++)
		unplug(i);
	sim_page_withdraw(&sim->page);
	the_sim = NULL;
	kfree(sim);
}

static int ivshmem_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct cryosim_page *mem;
	int ret;

	if (the_sim)
		return -EBUSY;
	if (pci_resource_len(pdev, IVSHMEM_BAR) < CRYOSIM_PAGE_BYTES) {
		dev_err(&pdev->dev, "shared memory of %llu bytes, need at least %u\n",
			(unsigned long long)pci_resource_len(pdev, IVSHMEM_BAR),
			CRYOSIM_PAGE_BYTES);
		return -ENODEV;
	}
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = pci_request_region(pdev, IVSHMEM_BAR, KBUILD_MODNAME);
	if (ret)
		return ret;
	/* It is memory of the host, not registers. */
	mem = devm_memremap(&pdev->dev, pci_resource_start(pdev, IVSHMEM_BAR),
			    CRYOSIM_PAGE_BYTES, MEMREMAP_WB);
	if (IS_ERR(mem))
		return PTR_ERR(mem);
	return start(mem, pci_resource_start(pdev, IVSHMEM_BAR));
}

static void ivshmem_remove(struct pci_dev *pdev)
{
	stop();
}

static const struct pci_device_id ivshmem_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT_QUMRANET, 0x1110) },
	{ }
};
MODULE_DEVICE_TABLE(pci, ivshmem_ids);

static struct pci_driver ivshmem_driver = {
	.name = "cryoprobe-sim",
	.id_table = ivshmem_ids,
	.probe = ivshmem_probe,
	.remove = ivshmem_remove,
};

/* Memory of our own, when no ivshmem device was there. */
static struct cryosim_page *own_mem;

static int start_own(void)
{
	int ret;

	own_mem = vmalloc_user(CRYOSIM_PAGE_BYTES);
	if (!own_mem)
		return -ENOMEM;
	ret = start(own_mem, 0);
	if (ret)
		vfree(own_mem);
	return ret;
}

static int __init sim_init(void)
{
	int ret = sim_nodes_check() ?: sim_frontend_check() ?: sim_label_check() ?:
		  sim_gpio_check();

	if (ret)
		return ret;
	ret = pci_register_driver(&ivshmem_driver);
	if (ret)
		return ret;
	if (the_sim)
		return 0;
	ret = start_own();
	if (ret)
		pci_unregister_driver(&ivshmem_driver);
	return ret;
}
module_init(sim_init);

static void __exit sim_exit(void)
{
	if (own_mem)
		stop();
	pci_unregister_driver(&ivshmem_driver);
	vfree(own_mem);
}
module_exit(sim_exit);

MODULE_AUTHOR("The cryo developers");
MODULE_DESCRIPTION("Virtual handpiece of a cryoneurolysis console");
MODULE_LICENSE("GPL");
