using System.Globalization;
using System.Text;
using NestC.IR;

namespace NestC.Builtin;

/// <summary>
/// The structural facts of an operation of an upstream dialect that is not defined here, so that text which mlir-opt 19 refuses
/// is refused. They stand in UpstreamOps.tsv, which test/NestC.Bench/upstream_ops.py writes by asking mlir-opt.
/// </summary>
internal sealed partial class UpstreamOp
{
    private static readonly Lazy<byte[]> table = new(static () =>
    {
        using Stream stream = typeof(UpstreamOp).Assembly.GetManifestResourceStream("upstream-ops")!;
        byte[] bytes = new byte[stream.Length + 1];
        bytes[0] = (byte)'\n';
        stream.ReadExactly(bytes.AsSpan(1));
        return bytes;
    });

    /// <summary>How many of something there are: exactly, at least, or any number.</summary>
    internal readonly struct Count(int number, bool orMore)
    {
        /// <summary>Negative when any number goes.</summary>
        public readonly int Number = number;
        public readonly bool OrMore = orMore;

        public bool Allows(int count) => Number < 0 || count == Number || (OrMore && count > Number);
    }

    private UpstreamOp(string line)
    {
        string[] fields = new string[13];
        Array.Fill(fields, "");
        line.Split('\t').CopyTo(fields, 0);
        IsTerminator = fields[1].Contains('T');
        HasSingleBlocks = fields[1].Contains('S');
        NeedsNoTerminator = fields[1].Contains('N');
        IsIsolated = fields[1].Contains('I');
        hasNoProperties = fields[1].Contains('X');
        Regions = ReadCount(fields[2]);
        Results = ReadCount(fields[3]);
        Successors = ReadCount(fields[4]);
        Operands = ReadCount(fields[5]);
        ImplicitTerminator = fields[6];
        Parents = fields[7];
        operandTypes = ReadTypes(fields[8]);
        resultTypes = ReadTypes(fields[9]);
        string[] groups = fields[10].Split(' ');
        if (groups.Length == 2) (operandGroups, resultGroups) = (Number(groups[0]), Number(groups[1]));
        blockCounts = fields[11].Length == 0 ? [] : fields[11].Split(' ');
        attributes = ReadAttributes(fields[12]);
    }

    public bool IsTerminator { get; }

    public bool HasSingleBlocks { get; }

    public bool NeedsNoTerminator { get; }

    public bool IsIsolated { get; }

    /// <summary>Whether uses may come before definitions in its regions; true where that is not known.</summary>
    public bool MayHaveGraphRegions => NeedsNoTerminator;

    public Count Regions { get; }

    public Count Results { get; }

    public Count Successors { get; }

    public Count Operands { get; }

    /// <summary>The name of the operation that its regions end with, or empty.</summary>
    public string ImplicitTerminator { get; }

    /// <summary>Names of the operations in whose regions it may stand, between commas, or empty.</summary>
    public string Parents { get; }

    /// <summary>The facts of an operation, or null when upstream has none of this name. Costs a search: ask once for each kind.</summary>
    public static UpstreamOp? Find(Identifier name)
    {
        string? line = Line($"\n{name}\t");
        return line is null ? null : new UpstreamOp(line);
    }

    private static string? Line(string start)
    {
        ReadOnlySpan<byte> bytes = table.Value;
        int at = bytes.IndexOf(Encoding.UTF8.GetBytes(start));
        if (at < 0) return null;
        bytes = bytes[(at + 1)..];
        return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)'\n')]);
    }

    private static Count ReadCount(string text)
    {
        if (text.Length == 0) return new Count(-1, true);
        bool orMore = text[^1] == '+';
        return new Count(Number(orMore ? text.AsSpan(0, text.Length - 1) : text), orMore);
    }

    private static int Number(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What is wrong with an operation, after `'name' op `; null when nothing is.</summary>
    public string? Check(Operation op)
    {
        if (!Regions.Allows(op.RegionCount)) return Wrong(Regions, "region", "requires one region", "");
        if (!Results.Allows(op.ResultCount)) return Wrong(Results, "result", "requires one result", "");
        if (!Successors.Allows(op.SuccessorCount))
        {
            string least = Successors.OrMore ? "at least " : "";
            return $"requires {least}{Successors.Number} successor{(Successors.Number == 1 ? "" : "s")} but found {op.SuccessorCount}";
        }
        if (!Operands.Allows(op.OperandCount)) return Wrong(Operands, "operand", "requires a single operand", $", but found {op.OperandCount}");
        return CheckBlocks(op) ?? CheckPlace(op) ?? CheckGroups(op) ?? CheckAttributes(op) ?? CheckTypes(op) ?? CheckBlockCounts(op) ?? CheckRegionArguments(op);
    }

    private static string Wrong(Count count, string what, string one, string found) =>
        count.OrMore ? $"expected {count.Number} or more {what}s{found}"
        : count.Number == 0 ? $"requires zero {what}s"
        : count.Number == 1 ? one
        : $"expected {count.Number} {what}s{found}";

    private string? CheckBlocks(Operation op)
    {
        if (!HasSingleBlocks) return null;
        foreach (Region region in op.Regions)
        {
            if (region.First is not { } block) continue;
            if (!region.HasOneBlock) return $"expects region #{region.Number} to have 0 or 1 blocks";
            if (block.Last is null && !NeedsNoTerminator) return "expects a non-empty block";
        }
        return null;
    }

    /// <summary>What is wrong with an operation whose nested operations are sound; null when nothing is.</summary>
    public string? CheckRegions(Operation op)
    {
        if (ImplicitTerminator.Length == 0) return null;
        foreach (Region region in op.Regions)
            if (region.First?.Last is { } last && last.Name != ImplicitTerminator)
                return $"expects regions to end with '{ImplicitTerminator}', found '{last.Name}'";
        return null;
    }

    private string? CheckPlace(Operation op)
    {
        if (IsTerminator && op.Next is not null) return "must be the last operation in the parent block";
        if (Parents.Length == 0 || op.ParentOp is not { } parent) return null;
        bool several = Parents.Contains(',');
        if (!several) return parent.Name == Parents ? null : $"expects parent op '{Parents}'";
        return Array.IndexOf(Parents.Split(", "), parent.Name) >= 0 ? null : $"expects parent op to be one of '{Parents}'";
    }

    private string? CheckBlockCounts(Operation op)
    {
        foreach (string fact in blockCounts)
        {
            string[] parts = fact.Split(':');
            Count count = ReadCount(parts[2]);
            int number = Number(parts[0]);
            if (number >= op.RegionCount) continue;
            int blocks = 0;
            for (Block? block = op.Region(number).First; block is not null; block = block.Next) blocks++;
            if (count.Allows(blocks)) continue;
            string name = parts[1].Length == 0 ? "" : $" ('{parts[1]}')";
            return $"region #{number}{name} failed to verify constraint: region with {(count.OrMore ? "at least " : "")}{count.Number} blocks";
        }
        return null;
    }

    // Rules between operands and region arguments that texts break most; no message of mlir-opt tells them apart from other verifiers.
    private static string? CheckRegionArguments(Operation op)
    {
        if (op.RegionCount == 0) return null;
        Block? block = op.Region(0).First;
        switch (op.Name)
        {
            case "pdl_interp.foreach":
                return block is { ArgumentCount: 1 } ? null : "requires exactly one argument";
            case "scf.for" when block is not null && op.OperandCount - 3 != block.ArgumentCount - 1:
                return $"different number of inits and region iter_args: {op.OperandCount - 3} != {(ulong)(long)(block.ArgumentCount - 1)}";
            case "affine.parallel" when block is not null:
                return CheckAffineParallel(op, block.ArgumentCount);
            case "linalg.map" or "linalg.reduce" or "linalg.softmax" or "linalg.winograd_filter_transform" or "linalg.winograd_input_transform" or "linalg.winograd_output_transform":
                return null;
            default:
                return block is not null && op.Name.StartsWith("linalg.", StringComparison.Ordinal) ? CheckStructured(op, block) : null;
        }
    }

    // An argument for each operand, of its element type.
    private static string? CheckStructured(Operation op, Block body)
    {
        if (body.ArgumentCount != op.OperandCount) return "expected as many non-induction variable region arguments as the number of input/output operands";
        for (int i = 0; i < body.ArgumentCount; i++)
        {
            IrType operand = op.Operand(i).Type, wanted = operand is MemRefType or RankedTensorType ? ((ShapedType)operand).ElementType : operand;
            if (body.ArgumentAt(i).Type != wanted)
                return $"expected type of bb argument #{i} ('{body.ArgumentAt(i).Type}') to match element or self type of the corresponding operand ('{wanted}')";
        }
        return null;
    }

    private static string? CheckAffineParallel(Operation op, int arguments)
    {
        if (Inherent(op, "lowerBoundsGroups"u8) is not DenseElementsAttr lower || Inherent(op, "upperBoundsGroups"u8) is not DenseElementsAttr upper
            || Inherent(op, "steps"u8) is not ArrayAttr steps) return null;
        if (lower.NumElements == arguments && upper.NumElements == arguments && steps.Count == arguments) return null;
        return $"the number of region arguments ({arguments}) and the number of map groups for lower ({lower.NumElements}) and upper bound ({upper.NumElements}), "
            + $"and the number of steps ({steps.Count}) must all match";
    }
}
