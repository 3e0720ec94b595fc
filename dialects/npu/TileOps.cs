namespace NestC.Dialects.Npu;

/// <summary>An operation on whole tiles, which has to become instructions before the program can run.</summary>
public interface ITileOp;
