// Two buffers that live at once and do not fit together.
npu.program @full device<"tsim"> base 4096 bytes 65536 {
  npu.data @y out at 0 elements 2048
  %a = npu.alloc : !npu.buffer<acc, 1500>
  npu.tile_reset %a : !npu.buffer<acc, 1500>
  %b = npu.alloc : !npu.buffer<acc, 1000>
  npu.tile_reset %b : !npu.buffer<acc, 1000>
  npu.tile_alu add %b imm 2 iterate [1000] dst [1] : !npu.buffer<acc, 1000>
  npu.tile_store %b to @y[0] rows 1 cols 1000 stride 1000 : !npu.buffer<acc, 1000>
  npu.tile_alu add %a imm 2 iterate [1500] dst [1] : !npu.buffer<acc, 1500>
}
