// RUN: nest-opt %s --npu-tile --convert-tensor-to-npu | FileCheck %s

// One program for both operations; the host's operation between makes the third a program of its own.
// CHECK-LABEL: npu.program @main_npu0
// CHECK:         npu.data @[[X:x[0-9]+]] inp
// CHECK:         npu.data @[[Y:y[0-9]+]] out
// CHECK:         npu.uops @uops
// CHECK:         npu.load wgt
// CHECK:         npu.gemm reset
// CHECK:         npu.alu max
// CHECK:         npu.store out
// CHECK:         npu.finish
// CHECK-LABEL: npu.program @main_npu1
// CHECK:         npu.finish
// CHECK-LABEL: func.func @main
// CHECK-NEXT:    %[[A:.*]] = npu.launch @main_npu0(%arg0) reads ["[[X]]"] writes ["[[Y]]"]
// CHECK-NEXT:    %[[B:.*]] = graph.neg %[[A]]
// CHECK-NEXT:    %[[C:.*]] = npu.launch @main_npu1(%[[B]])
// CHECK-NEXT:    return %[[C]]
func.func @main(%x: tensor<1x2x8x8x16xi8>) -> tensor<1x2x4x4x16xi8> {
  %p = tensor.packed_max_pool %x window [2, 2] strides [2, 2] : (tensor<1x2x8x8x16xi8>) -> tensor<1x2x4x4x16xi8>
  %s = tensor.packed_sum %p, %p left_shifts [0, 1] shift 2 : (tensor<1x2x4x4x16xi8>, tensor<1x2x4x4x16xi8>) -> tensor<1x2x4x4x16xi8>
  %h = graph.neg %s : (tensor<1x2x4x4x16xi8>) -> tensor<1x2x4x4x16xi8>
  %y = tensor.packed_average_pool %h window [1, 1] multiplier 3 shift 1 : (tensor<1x2x4x4x16xi8>) -> tensor<1x2x4x4x16xi8>
  return %y : tensor<1x2x4x4x16xi8>
}
