// nest-opt met an internal error. To see it again:
//   nest-opt %s
//
// System.NullReferenceException: Object reference not set to an instance of an object.
//    at NestC.Builtin.ReturnOp.VerifyOp(Diag d) in /work/wt/arith/compiler/NestC.Core/Builtin/Func/FuncOps.cs:line 132
//    at NestC.IR.Verifier.VerifyOp(Operation op) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 71
//    at NestC.IR.Verifier.VerifyBlock(Operation parent, Region region, Block block) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 146
//    at NestC.IR.Verifier.VerifyBlocks(Operation op, ReadOnlySpan`1 regions) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 131
//    at NestC.IR.Verifier.VerifyOp(Operation op) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 78
//    at NestC.IR.Verifier.VerifyIsolated(Operation root) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 31
//    at NestC.IR.Verifier.VerifyNestedIsolated(Operation op, ReadOnlySpan`1 regions) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 162
//    at NestC.IR.Verifier.VerifyOp(Operation op) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 79
//    at NestC.IR.Verifier.VerifyIsolated(Operation root) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 31
//    at NestC.IR.Verifier.Verify(Operation op, DiagnosticEngine engine) in /work/wt/arith/compiler/NestC.Core/IR/Verifier.cs:line 22
//    at NestC.Tools.OptTool.Transform(ParseResult args, NestContext context, SourceFile chunk, Utf8Writer writer) in /work/wt/arith/tools/NestC.Tools/OptTool.cs:line 102
//    at NestC.Tools.OptTool.Process(ParseResult args, NestContext context, DiagnosticRenderer renderer) in /work/wt/arith/tools/NestC.Tools/OptTool.cs:line 83
//    at NestC.Diagnostics.InternalFault.Run(NestContext context, Func`1 work, Func`1 input) in /work/wt/arith/compiler/NestC.Core/Diagnostics/InternalFault.cs:line 28

"func.func"() <{sym_name = "f"}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()
