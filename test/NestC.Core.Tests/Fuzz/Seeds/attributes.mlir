"t.a"() {
  a = affine_map<(d0)[s0] -> ((d0 * 4 + s0) mod 8 ceildiv 3)>, b = array<i32: 1, -2>, c = array<i1: true, false>, d = dense<> : tensor<0xi1>,
  e = dense<(1.0, 2.0)> : tensor<complex<f32>>, f = dense<"0x0102"> : tensor<2xi8>, g = dense<["x", "y\0A"]> : tensor<2x!t.str>,
  h = dense_resource<blob> : tensor<4xi8>, i = distinct[1]<unit>, j = strided<[1, ?], offset: ?>, k = #t.attr<[1, "two", {x}]>, l = opaque<"t", "0x00">,
  m = -0.0 : f64, n = 0x7FC0 : f16, o = 340282366920938463463374607431768211455 : i128, p = true, q = "esc\\\22\n\00", r = @"odd name"::@b,
  s = (i32) -> (f8E4M3FN, bf16), t = memref<2x?xf32, affine_map<(d0, d1) -> (d1, d0)>, 3 : i64>, u = tensor<?x0x4x!t.ty<"[">, #t.enc>, v = vector<2x[4]xindex>
} : () -> (none, complex<f64>, tensor<*xui8>, memref<*xsi3>, tf32)
{-#
  dialect_resources: { builtin: { blob: "0x0400000001020304" } },
  external_resources: { tool: { flag: true, text: "x" } }
#-}
