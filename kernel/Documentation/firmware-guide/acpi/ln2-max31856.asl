// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The liquid nitrogen console of devicetree/examples/ln2-max31856.dts as ACPI
 * describes it on x86: devices that are known by their "compatible", and the
 * same properties as _DSD.
 *
 * A reference in "io-channels" reaches the first channel of its device, since the
 * kernel (6.1, 6.12) passes no number along with it: so there is one converter for
 * each thermocouple, and the transducer lies between AIN0 and AIN1, the ADS1115's
 * first channel, with AIN1 at ground.
 */
DefinitionBlock ("", "SSDT", 2, "CRYO", "LN2PROBE", 1)
{
    External (\_SB.GPI0, DeviceObj)
    External (\_SB.SPI0, DeviceObj)
    External (\_SB.I2C0, DeviceObj)

    Scope (\_SB.SPI0)
    {
        Device (TIP0)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate () {
                SpiSerialBusV2 (0, PolarityLow, FourWireMode, 8, ControllerInitiated,
                                5000000, ClockPolarityLow, ClockPhaseSecond, "\\_SB.SPI0")
            })
            Name (_DSD, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "compatible", "maxim,max31856" },
                    Package () { "thermocouple-type", 7 },
                }
            })
        }

        Device (SHFT)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 1)
            Name (_CRS, ResourceTemplate () {
                SpiSerialBusV2 (1, PolarityLow, FourWireMode, 8, ControllerInitiated,
                                5000000, ClockPolarityLow, ClockPhaseSecond, "\\_SB.SPI0")
            })
            Name (_DSD, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "compatible", "maxim,max31856" },
                    Package () { "thermocouple-type", 7 },
                }
            })
        }

        Device (TISS)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 2)
            Name (_CRS, ResourceTemplate () {
                SpiSerialBusV2 (2, PolarityLow, FourWireMode, 8, ControllerInitiated,
                                5000000, ClockPolarityLow, ClockPhaseSecond, "\\_SB.SPI0")
            })
            Name (_DSD, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "compatible", "maxim,max31856" },
                    Package () { "thermocouple-type", 7 },
                }
            })
        }
    }

    Scope (\_SB.I2C0)
    {
        Device (PRES)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 3)
            Name (_CRS, ResourceTemplate () {
                I2cSerialBusV2 (0x48, ControllerInitiated, 400000, AddressingMode7Bit, "\\_SB.I2C0")
            })
            Name (_DSD, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "compatible", "ti,ads1115" },
                },
                ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
                Package () {
                    Package () { "channel@0", "CH00" },
                }
            })
            Name (CH00, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "reg", 0 },
                    Package () { "ti,gain", 1 },
                    Package () { "ti,datarate", 7 },
                }
            })
        }
    }

    Scope (\_SB)
    {
        Device (PRB0)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 4)
            Name (_CRS, ResourceTemplate () {
                GpioIo (Exclusive, PullNone, 0, 0, IoRestrictionOutputOnly, "\\_SB.GPI0") { 0, 1, 2, 3, 6, 7 }
                GpioIo (Exclusive, PullNone, 0, 0, IoRestrictionInputOnly, "\\_SB.GPI0") { 4, 5 }
            })
            Name (_DSD, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "compatible", "cryo,probe" },

                    Package () { "io-channels", Package () {
                        \_SB.SPI0.TIP0, \_SB.SPI0.SHFT, \_SB.SPI0.TISS, \_SB.I2C0.PRES
                    } },
                    Package () { "io-channel-names", Package () { "tip", "shaft", "tissue-0", "pressure" } },

                    // The device, its resource, the line in it, and whether low is active.
                    Package () { "supply-gpios", Package () { ^PRB0, 0, 0, 0 } },
                    Package () { "freeze-gpios", Package () { ^PRB0, 0, 1, 0 } },
                    Package () { "vent-gpios", Package () { ^PRB0, 0, 2, 0 } },
                    Package () { "watchdog-gpios", Package () { ^PRB0, 0, 3, 0 } },
                    Package () { "alarm-gpios", Package () { ^PRB0, 0, 4, 0 } },
                    Package () { "thaw-gpios", Package () { ^PRB0, 0, 5, 0 } },
                    Package () { "estop-gpios", Package () { ^PRB0, 1, 0, 0 } },
                    Package () { "supply-sense-gpios", Package () { ^PRB0, 1, 1, 0 } },

                    // -190000, as 32 bits hold it
                    Package () { "cryo,tip-floor-millicelsius", 0xFFFD19D0 },
                    Package () { "cryo,freeze-max-ms", 300000 },
                    Package () { "cryo,freeze-total-max-ms", 900000 },
                    Package () { "cryo,freeze-window-ms", 3600000 },
                    Package () { "cryo,validity-max-ms", 1000 },
                    Package () { "cryo,idle-max-ms", 600000 },
                    Package () { "cryo,sensor-lag-ms", 280 },
                    Package () { "cryo,heat-max-ms", 300000 },
                    Package () { "cryo,heat-tip-max-millicelsius", 43000 },

                    Package () { "cryo,model", "LN2-16G" },
                    Package () { "cryo,serial", "000001" },
                    Package () { "cryo,cryogen", "ln2" },
                    Package () { "cryo,gauge", 16 },
                    Package () { "cryo,shaft-length-mm", 120 },
                    Package () { "cryo,active-length-micrometer", 15000 },
                },
                ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
                Package () {
                    Package () { "channel@1", "CH01" },
                    Package () { "channel@2", "CH02" },
                    Package () { "channel@3", "CH03" },
                }
            })
            Name (CH01, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "reg", 1 },
                    Package () { "cryo,update-period-ms", 200 },
                }
            })
            Name (CH02, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "reg", 2 },
                    Package () { "cryo,update-period-ms", 200 },
                }
            })
            Name (CH03, Package () {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () {
                    Package () { "reg", 3 },
                    Package () { "cryo,zero-microvolt", 500000 },
                    Package () { "cryo,span-microvolt", 2000000 },
                    Package () { "cryo,span-kpascal", 1000 },
                    Package () { "cryo,min-kpascal", 30 },
                    Package () { "cryo,max-kpascal", 600 },
                    Package () { "cryo,update-period-ms", 100 },
                }
            })
        }
    }
}
