/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the processor, a RISC-V hart (RV32IMA_Zicsr_Zifencei) and its bus, which executes
 * predecoded instructions. It knows nothing of the board: memory is what its bus windows show,
 * and a call, a flush or an end makes hart_run() return. It has no lock: its users make sure
 * that only one thread at a time runs a hart. This is the header for the other rooms.
 */
#ifndef HBA_SIM_PROCESSOR_H
#define HBA_SIM_PROCESSOR_H

#include "bus.h"
#include "cpu.h"

#endif
