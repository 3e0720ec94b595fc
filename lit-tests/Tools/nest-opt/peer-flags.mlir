// RUN: nest-opt %s --no-implicit-module --cse | FileCheck %s --check-prefix=BARE
// RUN: not nest-opt %s --emit-bytecode 2>&1 | FileCheck %s --check-prefix=BYTECODE
// RUN: nest-opt %s --mlir-pretty-debuginfo | FileCheck %s --check-prefix=PRETTY --implicit-check-not=.mlir
// RUN: not nest-opt %s --mlir-print-ir-after --cse 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not nest-opt %t.nowhere 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not nest-opt %s --mlir-print-op-on-diagnostic --pass-pipeline='builtin.module(func.func(symbol-dce))' 2>&1 | FileCheck %s --check-prefix=SHOWN
// RUN: not nest-opt %s --pass-pipeline='builtin.module(func.func(cse, canonicalize)' 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: nest-opt %s --split-input-file --output-split-marker= | FileCheck %s --check-prefix=BARE

// BARE: func.func @f(%[[A:.*]]: i32) -> i32 {
// BARE: return
// BYTECODE: --emit-bytecode: bytecode is not written
// PRETTY: return %{{.*}} : i32
// VALUE: --mlir-print-ir-after wants a value
// NOWHERE: error: cannot open input file '{{.*}}nowhere': No such file or directory
// SHOWN: error: 'func.func' op  was scheduled to run under SymbolDCE, but does not define a symbol table
// SHOWN: note: see current operation:
// SHOWN-NEXT: "func.func"() <{function_type = (i32) -> i32, sym_name = "f"}> ({
// OPEN: error: MLIR Textual PassPipeline Parser:1:15: error: encountered unbalanced parentheses while parsing pipeline
// OPEN-NEXT: func.func(cse, canonicalize
// OPEN-NEXT: {{^}}              ^
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
