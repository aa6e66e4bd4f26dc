/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: sample, outputs, interlock.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM cryoprobe

#if !defined(CRYO_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define CRYO_TRACE_H

#include <linux/cryoprobe.h>
#include <linux/tracepoint.h>

TRACE_EVENT(cryoprobe_sample,
	    TP_PROTO(int id, const struct cryoprobe_sample *sample),
	    TP_ARGS(id, sample),
	    TP_STRUCT__entry(__field(int, id)
			     __field(u64, seq)
			     __field(s64, time_ns)
			     __field(s64, due_ns)
			     __field(s32, tip)
			     __field(u32, status)
			     __field(u32, flow)
			     __field(u32, outputs)),
	    TP_fast_assign(__entry->id = id;
			   __entry->seq = sample->seq;
			   __entry->time_ns = sample->time_ns;
			   __entry->due_ns = sample->due_ns;
			   __entry->tip = sample->channel[0].value;
			   __entry->status = sample->channel[0].status;
			   __entry->flow = sample->flow_permille;
			   __entry->outputs = sample->outputs;),
	    TP_printk("cryoprobe%d seq=%llu time=%lld due=%lld tip=%d status=%#x flow=%u outputs=%#x",
		      __entry->id, __entry->seq, __entry->time_ns, __entry->due_ns, __entry->tip,
		      __entry->status, __entry->flow, __entry->outputs)
);

TRACE_EVENT(cryoprobe_outputs,
	    TP_PROTO(int id, u32 outputs),
	    TP_ARGS(id, outputs),
	    TP_STRUCT__entry(__field(int, id)
			     __field(u32, outputs)),
	    TP_fast_assign(__entry->id = id;
			   __entry->outputs = outputs;),
	    TP_printk("cryoprobe%d outputs=%#x", __entry->id, __entry->outputs)
);

TRACE_EVENT(cryoprobe_interlock,
	    TP_PROTO(int id, u32 state, u64 faults),
	    TP_ARGS(id, state, faults),
	    TP_STRUCT__entry(__field(int, id)
			     __field(u32, state)
			     __field(u64, faults)),
	    TP_fast_assign(__entry->id = id;
			   __entry->state = state;
			   __entry->faults = faults;),
	    TP_printk("cryoprobe%d state=%u faults=%#llx", __entry->id, __entry->state,
		      __entry->faults)
);

#endif /* CRYO_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
