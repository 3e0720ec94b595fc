using System.Text.Json;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class EvaluationTests
{
    private const string Text = """
        npu.program @copy device<"tsim"> base 4096 bytes 4096 {
          npu.data @x inp at 0 elements 4 {npu.layout = "NC16"}
          npu.data @identity wgt at 256 elements 1
          npu.data @y out at 512 elements 4
          %x = npu.alloc : !npu.buffer<inp, 4>
          %i = npu.alloc : !npu.buffer<wgt, 1>
          %y = npu.alloc : !npu.buffer<acc, 4>
          npu.tile_load @x[0] rows 1 cols 4 stride 4 to %x : !npu.buffer<inp, 4>
          npu.tile_load @identity[0] rows 1 cols 1 stride 1 to %i : !npu.buffer<wgt, 1>
          npu.tile_reset %y : !npu.buffer<acc, 4>
          npu.tile_gemm %x, %i into %y iterate [4] src [1] wgt [0] dst [1] : !npu.buffer<inp, 4>, !npu.buffer<wgt, 1>, !npu.buffer<acc, 4>
          npu.tile_alu max %y imm 0 iterate [4] dst [1] : !npu.buffer<acc, 4>
          npu.tile_store %y to @y[0] rows 1 cols 4 stride 4 : !npu.buffer<acc, 4>
        }
        """;

    [Fact]
    public void A_program_is_run_on_inputs_by_name()
    {
        var said = new List<Diagnostic>();
        NestContext context = DialectTests.NewContext(said);
        var program = (ProgramOp)AsmParser.Parse(context, Text)!.Region(0).First!.First!;
        var d = new Diag(context.Diagnostics, program);
        Assert.Null(ProgramEvaluation.Of(program, d));
        Assert.Equal("NEST5004", said[^1].Code);
        said.Clear();
        Assert.NotNull(TileLowering.Run(program, d));
        ProgramEvaluation evaluation = ProgramEvaluation.Of(program, d)!;
        var x = new byte[64];
        for (int i = 0; i < 64; i++) x[i] = (byte)(5 * i);
        Assert.True(evaluation.Set("x", x));
        Assert.True(evaluation.Set("identity", Array.ConvertAll(HandPrograms.Identity(1), v => (byte)v)));
        Assert.False(evaluation.Set("x", new byte[3]));
        Assert.False(evaluation.Set("nothing", x));
        Assert.True(evaluation.Run(d));
        Assert.Empty(said);
        Assert.Equal(Array.ConvertAll(x, v => (byte)Math.Max(0, (int)(sbyte)v)), evaluation.Get("y").ToArray());
        Assert.True(evaluation.Get("nothing").IsEmpty);
    }

    [Fact]
    public void The_manifest_names_the_data_and_their_addresses()
    {
        NestContext context = DialectTests.NewContext([]);
        var program = (ProgramOp)AsmParser.Parse(context, Text)!.Region(0).First!.First!;
        TileLowering.Run(program, new Diag(context.Diagnostics, program));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Manifest.Write(writer, program, "copy.vta");
        JsonElement root = JsonDocument.Parse(stream.ToArray()).RootElement;
        JsonElement[] data = [.. root.GetProperty("data").EnumerateArray()];
        Assert.Equal(["x", "identity", "y", "uops"], data.Select(e => e.GetProperty("name").GetString()!));
        Assert.Equal([4096, 4352, 4608, 8192], data.Select(e => e.GetProperty("address").GetInt32()));
        Assert.Equal([64, 256, 64], data[..3].Select(e => e.GetProperty("bytes").GetInt32()));
        Assert.Equal("NC16", data[0].GetProperty("attributes").GetProperty("npu.layout").GetString());
        Assert.Equal("copy.vta", root.GetProperty("file").GetString());
    }
}
