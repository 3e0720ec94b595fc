using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>Prints the program to a file and makes the place in that file the location of each operation, so that a later failure points into it.</summary>
[Pass("snapshot-op-locations", "Generate new locations from the current IR")]
public sealed partial class LocationSnapshotPass : Pass
{
    [Option("filename", "The filename to print the generated IR")]
    public string FileName { get; init; } = "snapshot.mlir";

    [Option("tag", "A tag to use when fusing the new locations with the original. If unset, the locations are replaced.")]
    public string Tag { get; init; } = "";

    public override string DisplayName => "LocationSnapshot";

    // One file at a time: operations at once would write over each other.
    public override bool Reports => true;

    protected override void Run(Operation op, PassContext ctx)
    {
        try
        {
            LocationSnapshot.Take(op, FileName, Tag, ctx.Print);
            ctx.Preserve<DominanceInfo>();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            ctx.Error(op, "NEST3124", $"cannot write '{FileName}': {e.Message}");
            ctx.SignalFailure();
        }
    }
}
