// RUN: rm -rf %t && mkdir %t
// RUN: nest-opt --npu-lower-tiles %S/../../Dialects/npu/Inputs/copy.mlir -o %t/copy.mlir
// RUN: nest-translate --npu-to-vta %t/copy.mlir -o %t/copy.vta
// RUN: nest-translate --vta-to-npu %t/copy.vta -o %t/back.mlir
// RUN: FileCheck %s --check-prefix=IR --input-file %t/back.mlir
// RUN: nest-translate --npu-to-vta %t/back.mlir -o %t/again.vta
// RUN: diff %t/copy.vta %t/again.vta
// RUN: nest-opt %t/back.mlir --mlir-print-op-generic -o %t/generic.mlir
// RUN: nest-translate --npu-to-vta %t/generic.mlir -o %t/third.vta
// RUN: diff %t/copy.vta %t/third.vta
// RUN: FileCheck %s --check-prefix=MANIFEST --input-file %t/copy.json
// RUN: nest-translate --dump %t/copy.vta | FileCheck %s --check-prefix=DUMP
// RUN: nest-translate --dump %t/copy.mlir | FileCheck %s --check-prefix=DUMP

// A folder takes several programs.
// RUN: nest-opt --npu-insert-tokens %s -o %t/two.mlir
// RUN: nest-translate --npu-to-vta %t/two.mlir -o %t/out
// RUN: nest-translate --dump %t/out/first.vta | FileCheck %s --check-prefix=FIRST
// RUN: FileCheck %s --check-prefix=STEPS --input-file %t/out/manifest.json
// RUN: not nest-translate --npu-to-vta %t/two.mlir -o %t/two.vta 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not nest-translate --npu-to-vta %S/../../Dialects/npu/Inputs/copy.mlir -o %t/c.vta 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not nest-translate --vta-to-npu %s 2>&1 | FileCheck %s --check-prefix=MAGIC
// RUN: not nest-translate --vta-to-np %s 2>&1 | FileCheck %s --check-prefix=USAGE

// IR: npu.program @copy device<"tsim"{{.*}}> base 4096 bytes {{[0-9]+}} nonportable {
// IR: npu.data @image at 0 elements
// IR: npu.load inp sram 0 dram 256 rows 1 cols 4 stride 4
// IR: npu.finish

// MANIFEST: "program": "copy"
// MANIFEST: "file": "copy.vta"
// MANIFEST: "dram_base": 4096
// MANIFEST: "name": "x"
// MANIFEST: "memory": "inp"
// MANIFEST: "address": 4096
// MANIFEST: "bytes": 64
// MANIFEST: "npu.layout": "NC1HWC0"
// MANIFEST: "npu.scale": 0.5
// MANIFEST: "npu.shape": [
// MANIFEST-NEXT: 1,
// MANIFEST-NEXT: 16,
// MANIFEST: "name": "y"
// MANIFEST: "address": 4608
// MANIFEST: "steps": [
// MANIFEST: "step": "launch"
// MANIFEST: "program": "copy"

// DUMP: ; config batch=1 block=16x16 uop=8192 inp=2048 wgt=1024 acc=2048
// DUMP: ; dram base=0x1000
// DUMP: load.inp sram=0 dram=0x100 rows=1 cols=4 stride=4
// DUMP: load.wgt sram=0 dram=0x11 rows=1 cols=1 stride=1 push_next
// DUMP: gemm.reset
// DUMP: alu.max {{.*}} imm=0 push_next
// DUMP: store.out sram=0 dram=0x120 rows=1 cols=4 stride=4 pop_prev push_prev
// DUMP: finish

// FIRST: 0: finish
// STEPS: "file": "first.vta"
// STEPS: "file": "second.vta"
// STEPS: "steps": [
// STEPS: "program": "first"
// STEPS: "step": "host"
// STEPS: "function": "between"
// STEPS: "program": "second"
// TWO: error: the input has 2 programs, which need more than one file
// OPEN: copy.mlir:2:1: error: 'npu.program' op has no npu.finish at its end
// MAGIC: error: {{.*}}the file does not start with the magic 'VTAPROG1'
// USAGE: nest-translate: error: unknown command line argument '--vta-to-np'; {{.*}}--vta-to-npu
npu.program @first device<"tsim"> base 4096 bytes 0 {
  npu.nop compute
}
func.func @between() {
  return
}
npu.program @second device<"tsim"> base 8192 bytes 0 {
  npu.nop compute
}
