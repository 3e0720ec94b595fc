using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Strings of array attributes.</summary>
internal static class Strings
{
    public static string[] Of(ArrayAttr? attr)
    {
        var texts = new string[attr?.Count ?? 0];
        for (int i = 0; i < texts.Length; i++) texts[i] = attr![i] is StringAttr text ? text.Value : "";
        return texts;
    }
}

/// <summary>Words without stop words, in another case.</summary>
[Op("graph.string_normalizer", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the change of case is LOWER, UPPER or NONE")]
public sealed partial class StringNormalizerOp : GraphOp, IPure
{
    [Operand<TextTensor>] public partial Value Input { get; }

    [Result<TextTensor>] public partial Value Output { get; }

    [Prop(Default = "NONE")] public partial string CaseChangeAction { get; }

    [Prop(Default = 0L)] public partial long IsCaseSensitive { get; }

    [Prop] public partial ArrayAttr? Stopwords { get; }

    protected override bool VerifyRules(Diag d) =>
        d.Require(CaseChangeAction is "LOWER" or "UPPER" or "NONE", "C1", $"the change of case '{CaseChangeAction}' is not LOWER, UPPER or NONE");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        CaseChange change = CaseChangeAction switch { "LOWER" => CaseChange.Lower, "UPPER" => CaseChange.Upper, _ => CaseChange.None };
        return [Text.Normalize(x[0], change, IsCaseSensitive != 0, Strings.Of(Stopwords))];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? a.Length == 1 ? [Shapes.Unknown] : [1, Shapes.Unknown] : null;
}

/// <summary>Counts of n-grams of words or integers, weighted.</summary>
[Op("graph.tf_idf_vectorizer", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the mode is TF, IDF or TFIDF")]
[Rule("C2", "there is a pool of words or of integers")]
public sealed partial class TfIdfVectorizerOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop] public partial string Mode { get; }

    [Prop] public partial long MinGramLength { get; }

    [Prop] public partial long MaxGramLength { get; }

    [Prop] public partial long MaxSkipCount { get; }

    [Prop] public partial long[] NgramCounts { get; }

    [Prop] public partial long[] NgramIndexes { get; }

    [Prop] public partial float[]? Weights { get; }

    [Prop("pool_int64s")] public partial long[]? PoolIntegers { get; }

    [Prop] public partial ArrayAttr? PoolStrings { get; }

    protected override bool VerifyRules(Diag d) =>
        d.Require(Mode is "TF" or "IDF" or "TFIDF", "C1", $"the mode '{Mode}' is not TF, IDF or TFIDF")
        && d.Require(PoolIntegers is not null || PoolStrings is not null, "C2", "there is no pool");

    public override NdArray[] Evaluate(NdArray[] x) =>
        [TfIdf.Apply(x[0], new TfIdfParams
        {
            MinGramLength = MinGramLength,
            MaxGramLength = MaxGramLength,
            MaxSkipCount = MaxSkipCount,
            UseFrequency = Mode != "IDF",
            UseInverse = Mode != "TF",
            NgramCounts = NgramCounts,
            NgramIndexes = NgramIndexes,
            Weights = Weights ?? [],
            PoolIntegers = PoolIntegers ?? [],
            PoolStrings = Strings.Of(PoolStrings),
        })];

    public override long[]? Infer(ShapeArguments s)
    {
        long width = 0;
        foreach (long index in NgramIndexes) width = Math.Max(width, index + 1);
        return s.Shape(0) is { } a ? a.Length == 1 ? [width] : [a[0], width] : null;
    }

    public override IrType? ElementType(int result) => Context.Common.F32;
}
