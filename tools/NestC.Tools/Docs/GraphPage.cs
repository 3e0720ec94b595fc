using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Docs;

/// <summary>Writes docs/dialects/graph.md from the operations' declarations and a run of an example.</summary>
public static class GraphPage
{
    private const string Example = """
        func.func @running_sum(%x: tensor<4x2xf32>) -> (tensor<2xf32>, tensor<4x2xf32>) {
          %zero = graph.constant dense<0.0> : tensor<2xf32>
          %last, %all = graph.scan carry(%zero) over(%x) : (tensor<2xf32>, tensor<4x2xf32>) -> (tensor<2xf32>, tensor<4x2xf32>) {
          ^bb0(%sum: tensor<2xf32>, %row: tensor<2xf32>):
            %next = graph.add %sum, %row : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
            graph.yield %next, %next : tensor<2xf32>, tensor<2xf32>
          }
          return %last, %all : tensor<2xf32>, tensor<4x2xf32>
        }

        """;

    /// <summary>The page as Markdown, with `\n` line ends.</summary>
    public static string Markdown()
    {
        StringBuilder text = new("""
            # graph

            Written by `nest-translate --graph-docs`; a test compares. The dialect's [README](../../dialects/graph/README.md) says why it is as it is,
            [status](../status.md) which operators of ONNX are imported as what, and how many of ONNX's own tests each passes.

            Operators of neural networks on tensors, with ONNX's meaning in one form: that of opset 17, where lists that some opset made operands are
            operands. Every operation has reference semantics, which `nest-run` evaluates.

            ## Types

            | type | |
            |---|---|
            | `tensor<2x?xf32>`, `tensor<*xf32>` | extents, or even the rank, may be open |
            | `tensor<2x!graph.string>` | text |
            | `!graph.sequence<T>` | any number of values of one type |
            | `!graph.optional<T>` | a value of the type, or none |

            Signed integers are signless, unsigned ones `ui8` and so on; truth values are `i1`. An argument's attribute `graph.dims` keeps the names of its
            open dimensions.

            ## Rules of all operations

            | rule | |
            |---|---|
            | T1 | the operands' shapes, as far as they are known, fit the operator: the message says what does not |
            | T2 | each result has the type that follows from the operands; extents that are open on one side may be known on the other |
            | T3 | operands that are computed with each other (sums, products, comparisons, what is joined) have one element type |


            """.ReplaceLineEndings("\n"));
        NestContext context = new();
        Registry.RegisterDialects(context);
        DialectPage.Operations(text, context, "graph");
        RunExample(text, context);
        return text.ToString();
    }

    private static void RunExample(StringBuilder text, NestContext context)
    {
        string source = Example.ReplaceLineEndings("\n");
        var module = (ModuleOp)AsmParser.Parse(context, source)!;
        NdArray[] results = new ArrayInterpreter().Run((FuncOp)module.Body.First!, [NdArray.From<float>([1, 2, 3, 4, 5, 6, 7, 8], 4, 2)]);
        text.Append("\n## An example, executed\n\n```mlir\n").Append(source).Append("```\n\nOn rows 1 2, 3 4, 5 6 and 7 8 the sums are\n\n```\n");
        for (int row = 0; row < 4; row++) text.Append(results[1].NumberAt(row * 2)).Append(' ').Append(results[1].NumberAt(row * 2 + 1)).Append('\n');
        text.Append("```\n");
    }

    private static string NumberAt(this NdArray array, long index) => array.GetDouble(index).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
