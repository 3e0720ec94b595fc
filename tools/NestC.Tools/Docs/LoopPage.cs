using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Docs;

/// <summary>Writes docs/dialects/loop.md from the operations' declarations and a run of an example.</summary>
public static class LoopPage
{
    private const string Example = """
        func.func @columns(%m: memref<2x3xi32>) -> memref<3xi32> {
          %c0 = arith.constant 0 : index
          %c1 = arith.constant 1 : index
          %c2 = arith.constant 2 : index
          %c3 = arith.constant 3 : index
          %zero = arith.constant 0 : i32
          %sums = loop.alloc() : memref<3xi32>
          loop.parallel (%j) = (%c0) to (%c3) step (%c1) {
            %sum = loop.for %i = %c0 to %c2 step %c1 iter_args(%part = %zero) -> (i32) {
              %x = loop.load %m[%i, %j] : memref<2x3xi32>
              %next = arith.addi %part, %x : i32
              loop.yield %next : i32
            }
            loop.store %sum, %sums[%j] : memref<3xi32>
          }
          return %sums : memref<3xi32>
        }

        """;

    /// <summary>The page as Markdown, with `\n` line ends.</summary>
    public static string Markdown()
    {
        StringBuilder text = new("""
            # loop

            Written by `nest-translate --loop-docs`; a test compares. The dialect's [README](../../dialects/loop/README.md) says why it is as it is.

            Structured control flow over index arithmetic, in the syntax of upstream's `scf`, and buffers: builtin memrefs, with memory spaces. Passes:
            `--loop-unroll`, `--loop-interchange`, `--loop-normalize`, `--loop-simplify-indices`, `--loop-plan-memory`, and
            `--loop-invariant-code-motion`. Every operation has reference semantics: `--check-semantics` runs programs before and after each pass. What is
            outside of a buffer, or was freed, is undefined behaviour; what was not written yet is poison.


            """.ReplaceLineEndings("\n"));
        NestContext context = new();
        Registry.RegisterDialects(context);
        DialectPage.Operations(text, context, "loop");
        string source = Example.ReplaceLineEndings("\n");
        var module = (ModuleOp)AsmParser.Parse(context, source)!;
        IrType i32 = context.Common.I32;
        EvalBuffer matrix = EvalBuffer.Allocate([2, 3])!;
        matrix.SetLanes([1, 2, 3, 10, 20, 30]);
        EvalOutcome outcome = new Interpreter().Run((FuncOp)module.Body.First!, [EvalValue.OfBuffer(MemRefType.Get([2, 3], i32), matrix, 0)]);
        text.Append("\n## An example, executed\n\n```mlir\n").Append(source).Append("```\n\nOn rows 1 2 3 and 10 20 30 the sums are `").Append(outcome.Values[0]).Append("`.\n");
        return text.ToString();
    }
}
