using NestC.Builtin;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>
/// Where a reader is sent for a location: the first file place in it (callee before caller, the parts of a fused location in
/// order), as mlir-opt chooses it. A location without one has no file, and <see cref="Label"/> says what it is instead.
/// </summary>
/// <param name="File">The name of the file, or null.</param>
/// <param name="Line">From 1; 0 when there is no file.</param>
/// <param name="Column">From 1, in bytes; 0 when there is no file.</param>
/// <param name="Label">How a location without a file place is written (`loc("name")`); null for an unknown one.</param>
/// <param name="Source">The text of the file, when it has been read; nothing is read to show it.</param>
public readonly record struct LocationPlace(string? File, int Line, int Column, string? Label, SourceFile? Source)
{
    /// <summary>How many callers of a call-site location are shown, as in mlir-opt.</summary>
    public const int CallStackLimit = 10;

    public static LocationPlace Of(NestContext context, Location location)
    {
        if (location.TryGetSource(out int id, out long offset))
        {
            SourceFile source = context.Sources[id];
            (int line, int column) = source.LineAndColumn(offset);
            return new LocationPlace(source.Name, line, column, null, source);
        }
        return location.IsUnknown ? default : Of(context, context.Resolve(location));
    }

    public static LocationPlace Of(NestContext context, LocationAttr location)
    {
        FileLineColLoc? file = LocationParts.FindFile(location);
        if (file is null) return new LocationPlace(null, 0, 0, location is UnknownLoc ? null : location.ToString(), null);
        string name = file.File.ToString();
        return new LocationPlace(name, file.Line, file.Column, null, context.Sources.Find(name));
    }

    /// <summary>The places of the callers, innermost first: for a location that is, or whose parts hold, a call site.</summary>
    public static List<LocationPlace> Callers(NestContext context, Location location)
    {
        List<LocationPlace> callers = [];
        if (location.AttrIndex < 0) return callers;
        LocationAttr? caller = LocationParts.Caller(context.Resolve(location));
        while (caller is not null && callers.Count < CallStackLimit)
        {
            callers.Add(Of(context, caller));
            caller = LocationParts.Caller(caller);
        }
        return callers;
    }

    /// <summary>The source line, when the source is there and the place lies in it.</summary>
    public bool TryGetLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (Source is null || Line < 1 || Column < 1 || Line > Source.LineAndColumn(Source.Length).Line) return false;
        line = Source.Line(Line);
        return Column - 1 <= line.Length;
    }
}

/// <summary>A location that is made of others: a named, a call-site or a fused one.</summary>
public interface ICompositeLocation
{
    /// <summary>How many parts there are.</summary>
    int PartCount { get; }

    /// <summary>A part, in the order in which a place to show is looked for: of a call site the callee, then the caller.</summary>
    LocationAttr Part(int index);

    /// <summary>Whether it is a call site; then part 1 is the caller.</summary>
    bool IsCallSite { get; }
}

/// <summary>Looks into composite locations, without recursion: locations nest as deep as the input says.</summary>
internal static class LocationParts
{
    /// <summary>The first file place in preorder, or null.</summary>
    public static FileLineColLoc? FindFile(LocationAttr location)
    {
        if (location is FileLineColLoc only) return only;
        Vec<LocationAttr> pending = new(4);
        pending.Add(location);
        while (!pending.IsEmpty)
        {
            LocationAttr next = pending.Pop();
            if (next is FileLineColLoc file) return file;
            PushParts(ref pending, next as ICompositeLocation);
        }
        return null;
    }

    /// <summary>The caller of the call site that the location is or that its parts hold, or null.</summary>
    public static LocationAttr? Caller(LocationAttr location)
    {
        if (location is not ICompositeLocation) return null;
        Vec<LocationAttr> pending = new(4);
        pending.Add(location);
        while (!pending.IsEmpty)
        {
            ICompositeLocation? next = pending.Pop() as ICompositeLocation;
            if (next is { IsCallSite: true }) return next.Part(1);
            PushParts(ref pending, next);
        }
        return null;
    }

    /// <summary>Adds the parts of a location, the first one last, so that it is taken first.</summary>
    private static void PushParts(ref Vec<LocationAttr> pending, ICompositeLocation? location)
    {
        if (location is null) return;
        for (int i = location.PartCount - 1; i >= 0; i--) pending.Add(location.Part(i));
    }
}
