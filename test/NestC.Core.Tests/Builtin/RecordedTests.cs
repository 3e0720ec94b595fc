using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

/// <summary>Compares with what mlir-opt 19.1.7 printed (`--mlir-print-op-generic --mlir-print-local-scope`) or said.</summary>
public class RecordedTests
{
    [Theory]
    [InlineData("Builtin/printed.tsv")]
    [InlineData("Builtin/floats.tsv")]
    [InlineData("Affine/maps.tsv")]
    public void PrintsWhatMlirOptPrints(string table)
    {
        List<string> wrong = [];
        foreach (string[] row in Texts.Table(table))
        {
            NestContext context = Texts.NewContext();
            List<string> errors = [];
            string got = Texts.Parse(context, row[0], errors)?.ToString() ?? string.Join("; ", errors);
            if (got != row[1]) wrong.Add($"{row[0]}\n  expected {row[1]}\n  got      {got}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void WhatIsPrintedIsReadBackAsTheSame()
    {
        List<string> wrong = [];
        foreach (string[] row in Texts.Table("Builtin/printed.tsv"))
        {
            NestContext context = Texts.NewContext();
            if (IsNoFixpointOfUpstream(row[0])) continue;
            List<string> errors = [];
            Attr first = Texts.Parse(context, row[0]);
            Attr? second = Texts.Parse(context, first.ToString(), errors);
            if (!ReferenceEquals(first, second)) wrong.Add($"{row[0]} -> {first} -> {second} {string.Join("; ", errors)}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    // Distinct attributes and resources are new for each text; a sparse splat of indices prints a text that upstream rejects
    // too; decimal literals of any float are read as f64; the smallest constant has no literal.
    private static bool IsNoFixpointOfUpstream(string text) =>
        text.Contains("distinct") || text.Contains("dense_resource") || text.StartsWith("sparse") || text.Contains("9223372036854775807 - 1")
        || text is "0x3FFF8000000000000001 : f80" or "0x3FFF0000000000000000 : f128";

    [Fact]
    public void RejectsWhatMlirOptRejectsAtTheSamePlace()
    {
        List<string> wrong = [];
        foreach (string[] row in Texts.Table("Builtin/rejected.tsv"))
        {
            NestContext context = Texts.NewContext();
            List<string> errors = [];
            Attr? attr = Texts.Parse(context, row[0], errors);
            string got = attr is not null ? "accepted" : errors.Count == 0 ? "nothing said" : errors[0];
            if (got != $"{row[1]}\t{row[2]}") wrong.Add($"{row[0]}\n  expected {row[1]} {row[2]}\n  got      {got.Replace('\t', ' ')}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }
}
