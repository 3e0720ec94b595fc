// RUN: nest-opt %s --mlir-interop | FileCheck %s
// RUN: nest-opt %s --mlir-interop | nest-opt --mlir-interop | FileCheck %s
// RUN: nest-opt %s --mlir-interop | nest-opt --mlir-interop --canonicalize | FileCheck %s --check-prefix=READ
// RUN: nest-opt %s --mlir-interop | not nest-opt 2>&1 | FileCheck %s --check-prefix=PLAIN

// Upstream has a dialect of this name, and refuses operations that it does not know there: ours are printed under another name, which mlir-opt lets through
// with --allow-unregistered-dialect, and read again as what they are. Operations that upstream has keep their names.
// CHECK-LABEL: "func.func"()
// CHECK:         %[[P:.*]] = "nest_tensor.pack_channels"(%{{.*}}) : (tensor<1x20x4x5xi8>) -> tensor<1x2x4x5x16xi8>
// CHECK:         "nest_tensor.packed_sum"(%[[P]]) <{left_shifts = array<i64: 1>, shift = 1 : i64}>
// CHECK:         "tensor.dim"(

// Read under its own name again, it has its rules and folds: packing what was unpacked is nothing.
// READ:          "nest_tensor.packed_sum"(%arg1)

// PLAIN: error: operation being parsed with an unregistered dialect
func.func @f(%x: tensor<1x20x4x5xi8>, %y: tensor<1x2x4x5x16xi8>, %z: tensor<?xi8>) -> (tensor<1x2x4x5x16xi8>, tensor<1x2x4x5x16xi8>, index) {
  %c0 = arith.constant 0 : index
  %p = tensor.pack_channels %x : tensor<1x20x4x5xi8> to tensor<1x2x4x5x16xi8>
  %s = tensor.packed_sum %p left_shifts [1] shift 1 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  %u = tensor.unpack_channels %y : tensor<1x2x4x5x16xi8> to tensor<1x20x4x5xi8>
  %q = tensor.pack_channels %u : tensor<1x20x4x5xi8> to tensor<1x2x4x5x16xi8>
  %t = tensor.packed_sum %q left_shifts [1] shift 1 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  %d = tensor.dim %z, %c0 : tensor<?xi8>
  return %s, %t, %d : tensor<1x2x4x5x16xi8>, tensor<1x2x4x5x16xi8>, index
}
