using NestC.Diagnostics;

namespace NestC.IR;

/// <summary>Terminators that formats leave out when they have no operands, results or attributes.</summary>
public static class ImplicitTerminator
{
    /// <summary>Gives the region a block and the block a terminator, where they are missing.</summary>
    public static void Ensure(Region region, NestContext context, Location location, ReadOnlySpan<byte> name)
    {
        Block block = region.Last ?? region.AddBlock();
        if (block.Last is { IsTerminatorLike: true }) return;
        OperationState state = new(context.OpInfo(name), location);
        block.Append(Operation.Create(state)!);
    }

    /// <summary>Whether the terminator of the region says something, so that it must be printed.</summary>
    public static bool MustShow(Region region)
    {
        if (region.Last?.Last is not { } last) return true;
        return last.OperandCount > 0 || last.ResultCount > 0 || !last.Attributes.IsEmpty || last.PropertiesAttr is not null;
    }

    /// <summary>Each block of the region ends with the operation.</summary>
    public static bool Verify(Operation op, Diag d, int index, ReadOnlySpan<byte> name)
    {
        foreach (Block block in op.Region(index).Blocks)
        {
            if (block.Last is null || block.Last.Info.Name.Utf8.SequenceEqual(name)) continue;
            string wanted = System.Text.Encoding.UTF8.GetString(name);
            return d.Error("NEST2032", $"expects regions to end with '{wanted}', found '{block.Last.Name}'");
        }
        return true;
    }
}
