using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Docs;

/// <summary>Writes docs/dialects/tensor.md from the operations' declarations and a run of an example.</summary>
public static class TensorPage
{
    private const string Example = """
        func.func @channels(%x: tensor<3x2xi8>) -> tensor<1x2x4xi8> {
          %zero = arith.constant 0 : i8
          %tiles = tensor.empty() : tensor<1x2x4xi8>
          %packed = tensor.pack %x padding_value(%zero : i8) inner_dims_pos = [0] inner_tiles = [4] into %tiles : tensor<3x2xi8> -> tensor<1x2x4xi8>
          return %packed : tensor<1x2x4xi8>
        }

        """;

    /// <summary>The page as Markdown, with `\n` line ends.</summary>
    public static string Markdown()
    {
        StringBuilder text = new("""
            # tensor

            Written by `nest-translate --tensor-docs`; a test compares. The dialect's [README](../../dialects/tensor/README.md) says why it is as it is.

            Tensors as values. What upstream's `tensor` dialect has (LLVM 19) is here with its syntax, its rules and its messages; rules without a number
            are upstream's. Passes: `--tensor-tile`, `--tensor-fuse`, `--tensor-propagate-layout`, `--tensor-bufferize`. Operations that move elements
            are evaluated on lanes (`--check-semantics`) and on arrays (`nest-run`) by one description of where each element comes from.


            """.ReplaceLineEndings("\n"));
        NestContext context = new();
        Registry.RegisterDialects(context);
        DialectPage.Operations(text, context, "tensor");
        string source = Example.ReplaceLineEndings("\n");
        var module = (ModuleOp)AsmParser.Parse(context, source)!;
        EvalValue rows = new(RankedTensorType.Get([3, 2], context.Common.I8), [1, 2, 3, 4, 5, 6]);
        EvalOutcome outcome = new Interpreter().Run((FuncOp)module.Body.First!, [rows]);
        text.Append("\n## An example, executed\n\nThree channels in a tile of four:\n\n```mlir\n").Append(source).Append("```\n\nOn channels 1 2, 3 4 and 5 6 the result is `").Append(outcome.Values[0]).Append("`.\n");
        return text.ToString();
    }
}
