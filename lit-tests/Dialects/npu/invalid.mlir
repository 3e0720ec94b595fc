// RUN: nest-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{base 4097 is not a multiple of 4096 from 4096 on [C1]}}
npu.program @p device<"tsim"> base 4097 bytes 0 {
  npu.nop load
}

// -----

// expected-error@+1 {{base 0 is not a multiple of 4096 from 4096 on [C1]}}
npu.program @p device<"tsim"> base 0 bytes 0 {
  npu.nop load
}

// -----

// expected-error@+1 {{does not end below 4 GiB [C1]}}
npu.program @p device<"tsim"> base 4294963200 bytes 4096 {
  npu.nop load
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 4096 {
  // expected-error@+1 {{ends at byte 4104 of an image of 4096 [C2]}}
  npu.data @x at 4000 elements 104
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x at 0 elements 104
  // expected-error@+1 {{overlaps data that end at byte 104 [C2]}}
  npu.uops @u at 100 [(0, 0, 0)]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 0 {
  // expected-error@+1 {{'builtin.module' op cannot stand in an npu.program [C3]}}
  builtin.module {
  }
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{is not the last operation of the program [C4]}}
  npu.finish
  npu.nop load
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{is not the last operation of the program [C4]}}
  npu.finish
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{stands in a program that is finished [C4]}}
  %a = npu.alloc : !npu.buffer<acc, 4>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  // expected-error@+1 {{the accumulator index reaches 2049, but acc has 2048 elements [C5]}}
  npu.gemm reset uop 2 to 3 loop 1 x 2 dst(0, 2047) src(0, 0) wgt(0, 0)
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 6 dst(0, 4) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{the activation index reaches 2048, but inp has 2048 elements [C5]}}
  npu.gemm uop 0 to 4 loop 1 x 6 dst(0, 4) src(0, 409) wgt(0, 0) tokens<pop_prev|push_next>
  // expected-error@+1 {{element 0 and 3 more was last written by LOAD ACC or a GEMM reset, which do not update the output buffer that the hardware stores [C16]}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 3 x 1 dst(4, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{the weight index reaches 1024, but wgt has 1024 elements [C5]}}
  npu.gemm uop 0 to 4 loop 3 x 1 dst(4, 0) src(0, 0) wgt(512, 0) tokens<pop_prev|push_next>
  // expected-error@+1 {{element 0 and 3 more was last written by LOAD ACC or a GEMM reset, which do not update the output buffer that the hardware stores [C16]}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.gemm reset uop 0 to 4 loop 1 x 3 dst(0, 4) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{the source index reaches 2051, but acc has 2048 elements [C5]}}
  npu.alu add uop 0 to 4 loop 1 x 3 dst(0, 4) src(0, 1024)
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  // expected-error@+1 {{reads accumulator element 0 and 3 more, which nothing has written [C6]}}
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  // expected-error@+1 {{reads micro-op element 4, which nothing has written [C6]}}
  npu.gemm reset uop 0 to 5 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 2 x 1 dst(4, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{reads activation element 4 and 3 more, which nothing has written [C6]}}
  npu.gemm uop 0 to 4 loop 2 x 1 dst(4, 0) src(4, 0) wgt(0, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 2 x 1 dst(4, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{reads weight element 1, which nothing has written [C6]}}
  npu.gemm uop 0 to 4 loop 2 x 1 dst(4, 0) src(0, 0) wgt(1, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  // expected-error@+1 {{reads output element 4, which nothing has written [C6]}}
  npu.store out sram 0 dram 1024 rows 1 cols 5 stride 5 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  // expected-note@+1 2 {{the other instruction, number 2}}
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{data race (read after write) on element 0 of inp and 3 more: no token orders this against instruction 2 (load) [C7]}}
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  // expected-error@+1 {{FINISH is not ordered after the LOAD of instruction 2 [C9]}}
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-note@+1 {{the other instruction, number 4}}
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev>
  // expected-error@+1 {{data race (read after write) on element 0 of out and 3 more: no token orders this against instruction 4 (compute) [C7]}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  // expected-note@+1 {{the other instruction, number 5}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  // expected-error@+1 {{data race (write after read) on element 0 of out and 3 more: no token orders this against instruction 5 (store) [C7]}}
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  // expected-note@+1 {{the other instruction, number 5}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  // expected-error@+1 {{data race (read after write) on DRAM byte 0x4000 and 3 more: no token orders this against instruction 5 (store) [C7]}}
  npu.load acc sram 100 dram 256 rows 1 cols 1 stride 1
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  // expected-error@+1 {{1 token from compute to load left over at the end; the next launch would find them [C8]}}
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<push_prev>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  // expected-note@+1 {{the other instruction, number 5}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev>
  // expected-error@+1 {{FINISH is not ordered after the STORE of instruction 5 [C9]}}
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{waits forever for a token from store [C10]}}
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"shallow", queue_depth = 2> base 4096 bytes 0 {
  // expected-note@+1 {{the other instruction, number 0}}
  npu.nop load tokens<pop_next>
  npu.nop load
  // expected-error@+1 {{the command queue of load is full (2) behind instruction 0, which waits for a token of a later instruction: the hardware hangs [C11]}}
  npu.nop load
  npu.nop compute tokens<push_prev>
  npu.finish
}

// -----

npu.program @p device<"narrow", token_limit = 1> base 4096 bytes 0 {
  npu.nop load tokens<push_next>
  // expected-error@+1 {{up to 2 tokens may wait for the next module, which counts to 1 [C12]}}
  npu.nop load tokens<push_next>
  npu.nop compute tokens<pop_prev>
  npu.nop compute tokens<pop_prev>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{the source index differs from the destination of an ALU with immediate; the RTL reads the source, the others the destination [C13]}}
  npu.alu max uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 0) imm 0
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{the source of step 1 is what step 0 writes; the RTL has no bypass [C14]}}
  npu.alu add uop 0 to 1 loop 1 x 3 dst(0, 1) src(0, 0)
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{steps 0 and 1 write the same accumulator; the HLS pipeline needs a distance of 3 [C15]}}
  npu.gemm uop 0 to 1 loop 2 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 1 stride 1 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load inp sram 0 dram 272 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 24 rows 1 cols 1 stride 1 tokens<push_next>
  npu.gemm reset uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
  // expected-error@+1 {{steps 0 and 2 write the same accumulator; the HLS pipeline needs a distance of 3 [C15]}}
  npu.gemm uop 0 to 2 loop 2 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>
  npu.store out sram 0 dram 1024 rows 1 cols 2 stride 2 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.uops @u at 0 [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 4 stride 4
  npu.load acc sram 0 dram 128 rows 1 cols 4 stride 4 tokens<push_next>
  // expected-error@+1 {{element 0 and 3 more was last written by LOAD ACC or a GEMM reset, which do not update the output buffer that the hardware stores [C16]}}
  npu.store out sram 0 dram 1024 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{offset 8 does not give an address that is a multiple of 16 [C1]}}
  npu.data @x inp at 8 elements 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{cannot have -1 elements [C1]}}
  npu.data @x inp at 0 elements -1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{has a value of 8 bytes, but 16 bytes of data [C2]}}
  npu.data @x inp at 0 elements 1 = dense<0> : tensor<8xi8>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{has a value that is neither dense nor a dense_resource of whole bytes [C2]}}
  npu.data @x inp at 0 elements 1 = unit
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{micro-op 1: micro-op field dst is 2048, but holds 0 to 2047 [C1]}}
  npu.uops @u at 0 [(0, 0, 0), (2048, 0, 0)]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{offset 2 is not a multiple of 4 from 0 on [C2]}}
  npu.uops @u at 2 [(0, 0, 0)]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field sram_base is 65536, but holds 0 to 65535 [C1]}}
  npu.load inp sram 65536 dram 256 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field dram_base is 4294967296, but holds 0 to 4294967295 [C1]}}
  npu.load inp sram 0 dram 4294967296 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field x_stride is -1, but holds 0 to 65535 [C1]}}
  npu.load inp sram 0 dram 256 rows 1 cols 1 stride -1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field y_pad_1 is 16, but holds 0 to 15 [C1]}}
  npu.load inp sram 0 dram 256 rows 1 cols 1 stride 1 pad [0, 16, 0, 0]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{has 3 pads; there are top, bottom, left and right [C1]}}
  npu.load inp sram 0 dram 256 rows 1 cols 1 stride 1 pad [0, 1, 0]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{LOAD of memory id 4, which no module loads [C2]}}
  npu.load out sram 0 dram 256 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{memory id 5 (int8 to accumulator) exists in the functional simulator only [C2]}}
  npu.load acc8 sram 0 dram 256 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the load module cannot PopPrev [C3]}}
  npu.load inp sram 0 dram 256 rows 1 cols 1 stride 1 tokens<pop_prev>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{y_size is 0 while x_size is 1 [C4]}}
  npu.load inp sram 0 dram 256 rows 0 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{elements 2048 to 2048 of inp, which has 2048 [C5]}}
  npu.load inp sram 2048 dram 256 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{elements 1023 to 1024 of wgt, which has 1024 [C5]}}
  npu.load wgt sram 1023 dram 16 rows 1 cols 2 stride 2
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{elements 2000 to 2110 of acc, which has 2048 [C5]}}
  npu.load acc sram 2000 dram 64 rows 1 cols 81 stride 81 pad [0, 0, 15, 15]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{DRAM bytes from 0xff0, but the image starts at 0x1000 [C6]}}
  npu.load inp sram 0 dram 255 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{DRAM bytes up to 0x11010, but the image ends at 0x11000 [C6]}}
  npu.load inp sram 0 dram 4352 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{DRAM bytes up to 0x1000000000, beyond 4 GiB, but the image ends at 0x11000 [C6]}}
  npu.load inp sram 0 dram 4294967295 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{pads on a LOAD of weights are ignored by the HLS design [C7]}}
  npu.load wgt sram 0 dram 16 rows 1 cols 2 stride 2 pad [0, 0, 1, 0]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{rows and pads on a LOAD of micro-ops are ignored by the HLS design [C8]}}
  npu.load uop sram 0 dram 1024 rows 2 cols 2 stride 2
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{micro-ops are loaded up to entry 2049, but the RTL has 2048 [C9]}}
  npu.load uop sram 2047 dram 1024 rows 1 cols 2 stride 2
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field x_size is 65536, but holds 0 to 65535 [C1]}}
  npu.store out sram 0 dram 256 rows 1 cols 65536 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{STORE of memory id 3; only the output buffer can be stored [C2]}}
  npu.store acc sram 0 dram 256 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the store module cannot PushNext [C3]}}
  npu.store out sram 0 dram 256 rows 1 cols 1 stride 1 tokens<push_next>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{y_size is 0 while x_size is 1 [C4]}}
  npu.store out sram 0 dram 256 rows 0 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{elements 2047 to 2048 of out, which has 2048 [C5]}}
  npu.store out sram 2047 dram 256 rows 1 cols 2 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{DRAM bytes up to 0x11010, but the image ends at 0x11000 [C6]}}
  npu.store out sram 0 dram 4352 rows 1 cols 1 stride 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{a STORE has no pads [C7]}}
  npu.store out sram 0 dram 256 rows 1 cols 1 stride 1 pad [0, 0, 0, 1]
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field iter_out is 16384, but holds 0 to 16383 [C1]}}
  npu.gemm uop 0 to 1 loop 16384 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field dst_factor_in is 2048, but holds 0 to 2047 [C1]}}
  npu.gemm uop 0 to 1 loop 1 x 1 dst(0, 2048) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field src_factor_out is 2048, but holds 0 to 2047 [C1]}}
  npu.gemm uop 0 to 1 loop 1 x 1 dst(0, 0) src(2048, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field wgt_factor_out is 1024, but holds 0 to 1023 [C1]}}
  npu.gemm uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) wgt(1024, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field uop_bgn is 8192, but holds 0 to 8191 [C1]}}
  npu.gemm uop 8192 to 8193 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{uop_end is 8193, but the buffer has 8192 [C2]}}
  npu.gemm uop 0 to 8193 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{uop_end is 2049, but the RTL has 2048 [C2]}}
  npu.gemm uop 0 to 2049 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the loop nest is empty: 1 x 0 iterations of micro-ops 0 to 1 [C3]}}
  npu.gemm uop 0 to 1 loop 1 x 0 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the loop nest is empty: 1 x 1 iterations of micro-ops 1 to 1 [C3]}}
  npu.gemm uop 1 to 1 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0)
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{field iter_in is 16384, but holds 0 to 16383 [C1]}}
  npu.alu max uop 0 to 1 loop 1 x 16384 dst(0, 0) src(0, 0) imm 0
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the immediate 32768 does not fit 16 bits [C1]}}
  npu.alu max uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm 32768
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{has two immediates [C1]}}
  npu.alu max uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm 0 unused_imm 1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{uop_end is 2049, but the RTL has 2048 [C2]}}
  npu.alu max uop 0 to 2049 loop 1 x 1 dst(0, 0) src(0, 0) imm 0
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the loop nest is empty: 0 x 1 iterations of micro-ops 0 to 1 [C3]}}
  npu.alu max uop 0 to 1 loop 0 x 1 dst(0, 0) src(0, 0) imm 0
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{MUL is not dispatched by the RTL and ignored by the HLS design [C4]}}
  npu.alu mul uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm 0
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{a shift by 16; immediates are -16 to 15 [C5]}}
  npu.alu shr uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm 16
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{a shift by -17; immediates are -16 to 15 [C5]}}
  npu.alu shr uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm -17
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{a tensor shift with -1 in the immediate field, whose sign the RTL looks at [C6]}}
  npu.alu shr uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) unused_imm -1
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the reset bit of an ALU instruction has no meaning [C7]}}
  npu.alu max reset uop 0 to 1 loop 1 x 1 dst(0, 0) src(0, 0) imm 0
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{the load module cannot PushPrev [C1]}}
  npu.nop load tokens<push_prev>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{FINISH carries the flags PopNext [C1]}}
  npu.finish tokens<pop_next>
}

// -----

// expected-error@+1 {{'npu.finish' op expects parent op 'npu.program'}}
npu.finish

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  // expected-error@+1 {{ends at element 2049 of acc, which has 2048 [C1]}}
  %a = npu.alloc at 2045 : !npu.buffer<acc, 4>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  %a = npu.alloc : !npu.buffer<acc, 4>
  // expected-error@+1 {{is in wgt, but its source is in acc [C1]}}
  %v = npu.view %a[0] : !npu.buffer<acc, 4> to !npu.buffer<wgt, 1>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  %a = npu.alloc : !npu.buffer<acc, 4>
  // expected-error@+1 {{ends at element 5 of a buffer of 4 [C2]}}
  %v = npu.view %a[3] : !npu.buffer<acc, 4> to !npu.buffer<acc, 2>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{@w is no data of inp elements [C1]}}
  npu.tile_load @w[0] rows 1 cols 10 stride 10 to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{@nothing is no data of inp elements [C1]}}
  npu.tile_load @nothing[0] rows 1 cols 10 stride 10 to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{elements 91 to 100 of data that have 100 [C2]}}
  npu.tile_load @x[91] rows 1 cols 10 stride 10 to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{writes 110 elements of a buffer of 100 [C3]}}
  npu.tile_load @x[0] rows 1 cols 10 stride 10 pad [5, 5, 0, 0] to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has a pad of 16 [C4]}}
  npu.tile_load @x[0] rows 1 cols 10 stride 10 pad [0, 0, 16, 0] to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{pads weights [C4]}}
  npu.tile_load @w[0] rows 1 cols 2 stride 2 pad [0, 0, 1, 0] to %w : !npu.buffer<wgt, 4>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{moves 0 rows of 10 elements, stride 10 [C4]}}
  npu.tile_load @x[0] rows 0 cols 10 stride 10 to %i : !npu.buffer<inp, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{@x is no data of out elements [C1]}}
  npu.tile_store %a to @x[0] rows 1 cols 10 stride 10 : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{elements 95 to 104 of data that have 100 [C2]}}
  npu.tile_store %a to @y[95] rows 1 cols 10 stride 10 : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{reads 110 elements of a buffer of 100 [C3]}}
  npu.tile_store %a to @y[0] rows 11 cols 10 stride 10 : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{moves 1 rows of 0 elements, stride 10 [C4]}}
  npu.tile_store %a to @y[0] rows 1 cols 0 stride 10 : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has 2 extents, but 1 strides of the source [C1]}}
  npu.tile_gemm %i, %w into %a iterate [4, 10] src [1] wgt [1, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 4>, !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has extent 0 and stride 0 of the source [C1]}}
  npu.tile_gemm %i, %w into %a iterate [0, 10] src [0, 1] wgt [1, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 4>, !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{reaches element 108 of the source, which has 100 [C2]}}
  npu.tile_gemm %i, %w into %a iterate [4, 10] src [0, 12] wgt [1, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 4>, !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{reaches element 6 of the weight, which has 4 [C2]}}
  npu.tile_gemm %i, %w into %a iterate [4, 10] src [0, 1] wgt [2, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 4>, !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{reaches element 108 of the destination, which has 100 [C2]}}
  npu.tile_gemm %i, %w into %a iterate [4, 10] src [0, 1] wgt [1, 0] dst [0, 12] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 4>, !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has 1 extents, but 2 strides of the destination [C1]}}
  npu.tile_alu max %a imm 0 iterate [10] dst [1, 1] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{reaches element 108 of the destination, which has 100 [C2]}}
  npu.tile_alu max %a imm 0 iterate [10] dst [12] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has no second operand [C3]}}
  npu.tile_alu max %a iterate [10] dst [1] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{has the immediate 40000, which does not fit 16 bits [C3]}}
  npu.tile_alu max %a imm 40000 iterate [10] dst [1] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{is mul, which no hardware has [C4]}}
  npu.tile_alu mul %a imm 0 iterate [10] dst [1] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  // expected-error@+1 {{shifts by 16 [C4]}}
  npu.tile_alu shr %a imm 16 iterate [10] dst [1] : !npu.buffer<acc, 10x10>
}

// -----

npu.program @p device<"tsim"> base 4096 bytes 65536 {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 4096 elements 4
  npu.data @y out at 16384 elements 100
  %i = npu.alloc : !npu.buffer<inp, 10x10>
  %w = npu.alloc : !npu.buffer<wgt, 4>
  %a = npu.alloc : !npu.buffer<acc, 10x10>
  %v = npu.view %a[50] : !npu.buffer<acc, 10x10> to !npu.buffer<acc, 50>
  // expected-error@+1 {{reads as source what it writes [C5]}}
  npu.tile_alu add %a, %v iterate [10] dst [1] src [1] : !npu.buffer<acc, 10x10>, !npu.buffer<acc, 50>
}

// -----

// expected-error@+1 {{expected 'inp', 'wgt' or 'acc'}}
"npu.x"() {t = !npu.buffer<out, 4>} : () -> ()

// -----

// expected-error@+1 {{an extent of a buffer is from 1 to 65535, got 0}}
"npu.x"() {t = !npu.buffer<acc, 0x4>} : () -> ()

// -----

// expected-error@+1 {{'clock' is not a key of a device}}
"npu.x"() {d = #npu.device<"x", clock = 5>} : () -> ()

// -----

// expected-error@+1 {{log2 of the acc depth must be at most 11, got 12}}
"npu.x"() {d = #npu.device<"x", log_acc_buff_size = 18>} : () -> ()

// -----

// expected-error@+1 {{unknown type in dialect `npu`; it has `buffer`}}
"npu.x"() {t = !npu.tile<4>} : () -> ()

// -----

npu.program @p device<"x"> base 4096 bytes 4096 {
  npu.data @y out at 0 elements 8
}
// expected-error@+1 {{'npu.launch' op does not name 1 data to read [C1]}}
%0 = npu.launch @p() reads [] writes [] : () -> tensor<8x16xi8>

// -----

// expected-error@+1 {{'npu.launch' op launches '@q', which is no npu.program [C2]}}
npu.launch @q() reads [] writes [] : () -> ()

// -----

npu.program @p device<"x"> base 4096 bytes 4096 {
  npu.data @y out at 0 elements 8
}
// expected-error@+1 {{'npu.launch' op program 'p' has no data 'y' of the size of 'tensor<7x16xi8>' [C2]}}
%0 = npu.launch @p() reads [] writes ["y"] : () -> tensor<7x16xi8>
