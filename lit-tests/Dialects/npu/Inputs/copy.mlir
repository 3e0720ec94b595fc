// Four tiles through an identity weight, then relu: tile operations, their layer named by the location.
npu.program @copy device<"tsim"> base 4096 bytes 4096 {
  npu.data @x inp at 0 elements 4 {npu.layout = "NC1HWC0", npu.shape = array<i64: 1, 16, 2, 2>, npu.scale = 0.5 : f64}
  npu.data @identity wgt at 256 elements 1 = dense<"0x01000000000000000000000000000000000100000000000000000000000000000000010000000000000000000000000000000001000000000000000000000000000000000100000000000000000000000000000000010000000000000000000000000000000001000000000000000000000000000000000100000000000000000000000000000000010000000000000000000000000000000001000000000000000000000000000000000100000000000000000000000000000000010000000000000000000000000000000001000000000000000000000000000000000100000000000000000000000000000000010000000000000000000000000000000001"> : tensor<256xi8>
  npu.data @y out at 512 elements 4
  %x = npu.alloc : !npu.buffer<inp, 4> loc("copy")
  %i = npu.alloc : !npu.buffer<wgt, 1> loc("copy")
  %y = npu.alloc : !npu.buffer<acc, 4> loc("copy")
  npu.tile_load @x[0] rows 1 cols 4 stride 4 to %x : !npu.buffer<inp, 4> loc("copy")
  npu.tile_load @identity[0] rows 1 cols 1 stride 1 to %i : !npu.buffer<wgt, 1> loc("copy")
  npu.tile_reset %y : !npu.buffer<acc, 4> loc("copy")
  npu.tile_gemm %x, %i into %y iterate [4] src [1] wgt [0] dst [1] : !npu.buffer<inp, 4>, !npu.buffer<wgt, 1>, !npu.buffer<acc, 4> loc("copy")
  npu.tile_alu max %y imm 0 iterate [4] dst [1] : !npu.buffer<acc, 4> loc("relu")
  npu.tile_store %y to @y[0] rows 1 cols 4 stride 4 : !npu.buffer<acc, 4> loc("relu")
}
