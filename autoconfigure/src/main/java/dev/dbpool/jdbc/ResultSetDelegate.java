package dev.dbpool.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A result that passes on to another one what only concerns its rows. Reading the next
 * row, metadata and closing are left to the class that implements this.
 */
@SuppressWarnings("deprecation")
public interface ResultSetDelegate extends ResultSet {

	/**
	 * Returns the other result.
	 * @return always the same
	 */
	ResultSet delegate();

	/**
	 * Returns the result to make a change on.
	 * @return the delegate, unless overridden
	 * @throws SQLException if it cannot be changed
	 */
	default ResultSet forUpdate() throws SQLException {
		return delegate();
	}

	@Override
	default <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : delegate().unwrap(type);
	}

	@Override
	default boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || delegate().isWrapperFor(type);
	}

	@Override
	default boolean wasNull() throws SQLException {
		return delegate().wasNull();
	}

	@Override
	default String getString(int columnIndex) throws SQLException {
		return delegate().getString(columnIndex);
	}

	@Override
	default boolean getBoolean(int columnIndex) throws SQLException {
		return delegate().getBoolean(columnIndex);
	}

	@Override
	default byte getByte(int columnIndex) throws SQLException {
		return delegate().getByte(columnIndex);
	}

	@Override
	default short getShort(int columnIndex) throws SQLException {
		return delegate().getShort(columnIndex);
	}

	@Override
	default int getInt(int columnIndex) throws SQLException {
		return delegate().getInt(columnIndex);
	}

	@Override
	default long getLong(int columnIndex) throws SQLException {
		return delegate().getLong(columnIndex);
	}

	@Override
	default float getFloat(int columnIndex) throws SQLException {
		return delegate().getFloat(columnIndex);
	}

	@Override
	default double getDouble(int columnIndex) throws SQLException {
		return delegate().getDouble(columnIndex);
	}

	@Override
	default BigDecimal getBigDecimal(int columnIndex, int scale) throws SQLException {
		return delegate().getBigDecimal(columnIndex, scale);
	}

	@Override
	default byte[] getBytes(int columnIndex) throws SQLException {
		return delegate().getBytes(columnIndex);
	}

	@Override
	default Date getDate(int columnIndex) throws SQLException {
		return delegate().getDate(columnIndex);
	}

	@Override
	default Time getTime(int columnIndex) throws SQLException {
		return delegate().getTime(columnIndex);
	}

	@Override
	default Timestamp getTimestamp(int columnIndex) throws SQLException {
		return delegate().getTimestamp(columnIndex);
	}

	@Override
	default InputStream getAsciiStream(int columnIndex) throws SQLException {
		return delegate().getAsciiStream(columnIndex);
	}

	@Override
	default InputStream getUnicodeStream(int columnIndex) throws SQLException {
		return delegate().getUnicodeStream(columnIndex);
	}

	@Override
	default InputStream getBinaryStream(int columnIndex) throws SQLException {
		return delegate().getBinaryStream(columnIndex);
	}

	@Override
	default String getString(String columnLabel) throws SQLException {
		return delegate().getString(columnLabel);
	}

	@Override
	default boolean getBoolean(String columnLabel) throws SQLException {
		return delegate().getBoolean(columnLabel);
	}

	@Override
	default byte getByte(String columnLabel) throws SQLException {
		return delegate().getByte(columnLabel);
	}

	@Override
	default short getShort(String columnLabel) throws SQLException {
		return delegate().getShort(columnLabel);
	}

	@Override
	default int getInt(String columnLabel) throws SQLException {
		return delegate().getInt(columnLabel);
	}

	@Override
	default long getLong(String columnLabel) throws SQLException {
		return delegate().getLong(columnLabel);
	}

	@Override
	default float getFloat(String columnLabel) throws SQLException {
		return delegate().getFloat(columnLabel);
	}

	@Override
	default double getDouble(String columnLabel) throws SQLException {
		return delegate().getDouble(columnLabel);
	}

	@Override
	default BigDecimal getBigDecimal(String columnLabel, int scale) throws SQLException {
		return delegate().getBigDecimal(columnLabel, scale);
	}

	@Override
	default byte[] getBytes(String columnLabel) throws SQLException {
		return delegate().getBytes(columnLabel);
	}

	@Override
	default Date getDate(String columnLabel) throws SQLException {
		return delegate().getDate(columnLabel);
	}

	@Override
	default Time getTime(String columnLabel) throws SQLException {
		return delegate().getTime(columnLabel);
	}

	@Override
	default Timestamp getTimestamp(String columnLabel) throws SQLException {
		return delegate().getTimestamp(columnLabel);
	}

	@Override
	default InputStream getAsciiStream(String columnLabel) throws SQLException {
		return delegate().getAsciiStream(columnLabel);
	}

	@Override
	default InputStream getUnicodeStream(String columnLabel) throws SQLException {
		return delegate().getUnicodeStream(columnLabel);
	}

	@Override
	default InputStream getBinaryStream(String columnLabel) throws SQLException {
		return delegate().getBinaryStream(columnLabel);
	}

	@Override
	default SQLWarning getWarnings() throws SQLException {
		return delegate().getWarnings();
	}

	@Override
	default void clearWarnings() throws SQLException {
		delegate().clearWarnings();
	}

	@Override
	default String getCursorName() throws SQLException {
		return delegate().getCursorName();
	}

	@Override
	default @Nullable Object getObject(int columnIndex) throws SQLException {
		return delegate().getObject(columnIndex);
	}

	@Override
	default @Nullable Object getObject(String columnLabel) throws SQLException {
		return delegate().getObject(columnLabel);
	}

	@Override
	default int findColumn(String columnLabel) throws SQLException {
		return delegate().findColumn(columnLabel);
	}

	@Override
	default Reader getCharacterStream(int columnIndex) throws SQLException {
		return delegate().getCharacterStream(columnIndex);
	}

	@Override
	default Reader getCharacterStream(String columnLabel) throws SQLException {
		return delegate().getCharacterStream(columnLabel);
	}

	@Override
	default BigDecimal getBigDecimal(int columnIndex) throws SQLException {
		return delegate().getBigDecimal(columnIndex);
	}

	@Override
	default BigDecimal getBigDecimal(String columnLabel) throws SQLException {
		return delegate().getBigDecimal(columnLabel);
	}

	@Override
	default boolean isBeforeFirst() throws SQLException {
		return delegate().isBeforeFirst();
	}

	@Override
	default boolean isAfterLast() throws SQLException {
		return delegate().isAfterLast();
	}

	@Override
	default boolean isFirst() throws SQLException {
		return delegate().isFirst();
	}

	@Override
	default boolean isLast() throws SQLException {
		return delegate().isLast();
	}

	@Override
	default void beforeFirst() throws SQLException {
		delegate().beforeFirst();
	}

	@Override
	default void afterLast() throws SQLException {
		delegate().afterLast();
	}

	@Override
	default boolean first() throws SQLException {
		return delegate().first();
	}

	@Override
	default boolean last() throws SQLException {
		return delegate().last();
	}

	@Override
	default int getRow() throws SQLException {
		return delegate().getRow();
	}

	@Override
	default boolean absolute(int row) throws SQLException {
		return delegate().absolute(row);
	}

	@Override
	default boolean relative(int rows) throws SQLException {
		return delegate().relative(rows);
	}

	@Override
	default boolean previous() throws SQLException {
		return delegate().previous();
	}

	@Override
	default void setFetchDirection(int direction) throws SQLException {
		delegate().setFetchDirection(direction);
	}

	@Override
	default int getFetchDirection() throws SQLException {
		return delegate().getFetchDirection();
	}

	@Override
	default void setFetchSize(int rows) throws SQLException {
		delegate().setFetchSize(rows);
	}

	@Override
	default int getFetchSize() throws SQLException {
		return delegate().getFetchSize();
	}

	@Override
	default int getType() throws SQLException {
		return delegate().getType();
	}

	@Override
	default int getConcurrency() throws SQLException {
		return delegate().getConcurrency();
	}

	@Override
	default boolean rowUpdated() throws SQLException {
		return delegate().rowUpdated();
	}

	@Override
	default boolean rowInserted() throws SQLException {
		return delegate().rowInserted();
	}

	@Override
	default boolean rowDeleted() throws SQLException {
		return delegate().rowDeleted();
	}

	@Override
	default void updateNull(int columnIndex) throws SQLException {
		forUpdate().updateNull(columnIndex);
	}

	@Override
	default void updateBoolean(int columnIndex, boolean x) throws SQLException {
		forUpdate().updateBoolean(columnIndex, x);
	}

	@Override
	default void updateByte(int columnIndex, byte x) throws SQLException {
		forUpdate().updateByte(columnIndex, x);
	}

	@Override
	default void updateShort(int columnIndex, short x) throws SQLException {
		forUpdate().updateShort(columnIndex, x);
	}

	@Override
	default void updateInt(int columnIndex, int x) throws SQLException {
		forUpdate().updateInt(columnIndex, x);
	}

	@Override
	default void updateLong(int columnIndex, long x) throws SQLException {
		forUpdate().updateLong(columnIndex, x);
	}

	@Override
	default void updateFloat(int columnIndex, float x) throws SQLException {
		forUpdate().updateFloat(columnIndex, x);
	}

	@Override
	default void updateDouble(int columnIndex, double x) throws SQLException {
		forUpdate().updateDouble(columnIndex, x);
	}

	@Override
	default void updateBigDecimal(int columnIndex, BigDecimal x) throws SQLException {
		forUpdate().updateBigDecimal(columnIndex, x);
	}

	@Override
	default void updateString(int columnIndex, String x) throws SQLException {
		forUpdate().updateString(columnIndex, x);
	}

	@Override
	default void updateBytes(int columnIndex, byte[] x) throws SQLException {
		forUpdate().updateBytes(columnIndex, x);
	}

	@Override
	default void updateDate(int columnIndex, Date x) throws SQLException {
		forUpdate().updateDate(columnIndex, x);
	}

	@Override
	default void updateTime(int columnIndex, Time x) throws SQLException {
		forUpdate().updateTime(columnIndex, x);
	}

	@Override
	default void updateTimestamp(int columnIndex, Timestamp x) throws SQLException {
		forUpdate().updateTimestamp(columnIndex, x);
	}

	@Override
	default void updateAsciiStream(int columnIndex, InputStream x, int length) throws SQLException {
		forUpdate().updateAsciiStream(columnIndex, x, length);
	}

	@Override
	default void updateBinaryStream(int columnIndex, InputStream x, int length) throws SQLException {
		forUpdate().updateBinaryStream(columnIndex, x, length);
	}

	@Override
	default void updateCharacterStream(int columnIndex, Reader x, int length) throws SQLException {
		forUpdate().updateCharacterStream(columnIndex, x, length);
	}

	@Override
	default void updateObject(int columnIndex, Object x, int scaleOrLength) throws SQLException {
		forUpdate().updateObject(columnIndex, x, scaleOrLength);
	}

	@Override
	default void updateObject(int columnIndex, Object x) throws SQLException {
		forUpdate().updateObject(columnIndex, x);
	}

	@Override
	default void updateNull(String columnLabel) throws SQLException {
		forUpdate().updateNull(columnLabel);
	}

	@Override
	default void updateBoolean(String columnLabel, boolean x) throws SQLException {
		forUpdate().updateBoolean(columnLabel, x);
	}

	@Override
	default void updateByte(String columnLabel, byte x) throws SQLException {
		forUpdate().updateByte(columnLabel, x);
	}

	@Override
	default void updateShort(String columnLabel, short x) throws SQLException {
		forUpdate().updateShort(columnLabel, x);
	}

	@Override
	default void updateInt(String columnLabel, int x) throws SQLException {
		forUpdate().updateInt(columnLabel, x);
	}

	@Override
	default void updateLong(String columnLabel, long x) throws SQLException {
		forUpdate().updateLong(columnLabel, x);
	}

	@Override
	default void updateFloat(String columnLabel, float x) throws SQLException {
		forUpdate().updateFloat(columnLabel, x);
	}

	@Override
	default void updateDouble(String columnLabel, double x) throws SQLException {
		forUpdate().updateDouble(columnLabel, x);
	}

	@Override
	default void updateBigDecimal(String columnLabel, BigDecimal x) throws SQLException {
		forUpdate().updateBigDecimal(columnLabel, x);
	}

	@Override
	default void updateString(String columnLabel, String x) throws SQLException {
		forUpdate().updateString(columnLabel, x);
	}

	@Override
	default void updateBytes(String columnLabel, byte[] x) throws SQLException {
		forUpdate().updateBytes(columnLabel, x);
	}

	@Override
	default void updateDate(String columnLabel, Date x) throws SQLException {
		forUpdate().updateDate(columnLabel, x);
	}

	@Override
	default void updateTime(String columnLabel, Time x) throws SQLException {
		forUpdate().updateTime(columnLabel, x);
	}

	@Override
	default void updateTimestamp(String columnLabel, Timestamp x) throws SQLException {
		forUpdate().updateTimestamp(columnLabel, x);
	}

	@Override
	default void updateAsciiStream(String columnLabel, InputStream x, int length) throws SQLException {
		forUpdate().updateAsciiStream(columnLabel, x, length);
	}

	@Override
	default void updateBinaryStream(String columnLabel, InputStream x, int length) throws SQLException {
		forUpdate().updateBinaryStream(columnLabel, x, length);
	}

	@Override
	default void updateCharacterStream(String columnLabel, Reader reader, int length) throws SQLException {
		forUpdate().updateCharacterStream(columnLabel, reader, length);
	}

	@Override
	default void updateObject(String columnLabel, Object x, int scaleOrLength) throws SQLException {
		forUpdate().updateObject(columnLabel, x, scaleOrLength);
	}

	@Override
	default void updateObject(String columnLabel, Object x) throws SQLException {
		forUpdate().updateObject(columnLabel, x);
	}

	@Override
	default void insertRow() throws SQLException {
		delegate().insertRow();
	}

	@Override
	default void updateRow() throws SQLException {
		forUpdate().updateRow();
	}

	@Override
	default void deleteRow() throws SQLException {
		delegate().deleteRow();
	}

	@Override
	default void refreshRow() throws SQLException {
		delegate().refreshRow();
	}

	@Override
	default void cancelRowUpdates() throws SQLException {
		forUpdate().cancelRowUpdates();
	}

	@Override
	default void moveToInsertRow() throws SQLException {
		forUpdate().moveToInsertRow();
	}

	@Override
	default void moveToCurrentRow() throws SQLException {
		forUpdate().moveToCurrentRow();
	}

	@Override
	default Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
		return delegate().getObject(columnIndex, map);
	}

	@Override
	default Ref getRef(int columnIndex) throws SQLException {
		return delegate().getRef(columnIndex);
	}

	@Override
	default Blob getBlob(int columnIndex) throws SQLException {
		return delegate().getBlob(columnIndex);
	}

	@Override
	default Clob getClob(int columnIndex) throws SQLException {
		return delegate().getClob(columnIndex);
	}

	@Override
	default Array getArray(int columnIndex) throws SQLException {
		return delegate().getArray(columnIndex);
	}

	@Override
	default Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
		return delegate().getObject(columnLabel, map);
	}

	@Override
	default Ref getRef(String columnLabel) throws SQLException {
		return delegate().getRef(columnLabel);
	}

	@Override
	default Blob getBlob(String columnLabel) throws SQLException {
		return delegate().getBlob(columnLabel);
	}

	@Override
	default Clob getClob(String columnLabel) throws SQLException {
		return delegate().getClob(columnLabel);
	}

	@Override
	default Array getArray(String columnLabel) throws SQLException {
		return delegate().getArray(columnLabel);
	}

	@Override
	default Date getDate(int columnIndex, Calendar cal) throws SQLException {
		return delegate().getDate(columnIndex, cal);
	}

	@Override
	default Date getDate(String columnLabel, Calendar cal) throws SQLException {
		return delegate().getDate(columnLabel, cal);
	}

	@Override
	default Time getTime(int columnIndex, Calendar cal) throws SQLException {
		return delegate().getTime(columnIndex, cal);
	}

	@Override
	default Time getTime(String columnLabel, Calendar cal) throws SQLException {
		return delegate().getTime(columnLabel, cal);
	}

	@Override
	default Timestamp getTimestamp(int columnIndex, Calendar cal) throws SQLException {
		return delegate().getTimestamp(columnIndex, cal);
	}

	@Override
	default Timestamp getTimestamp(String columnLabel, Calendar cal) throws SQLException {
		return delegate().getTimestamp(columnLabel, cal);
	}

	@Override
	default URL getURL(int columnIndex) throws SQLException {
		return delegate().getURL(columnIndex);
	}

	@Override
	default URL getURL(String columnLabel) throws SQLException {
		return delegate().getURL(columnLabel);
	}

	@Override
	default void updateRef(int columnIndex, Ref x) throws SQLException {
		forUpdate().updateRef(columnIndex, x);
	}

	@Override
	default void updateRef(String columnLabel, Ref x) throws SQLException {
		forUpdate().updateRef(columnLabel, x);
	}

	@Override
	default void updateBlob(int columnIndex, Blob x) throws SQLException {
		forUpdate().updateBlob(columnIndex, x);
	}

	@Override
	default void updateBlob(String columnLabel, Blob x) throws SQLException {
		forUpdate().updateBlob(columnLabel, x);
	}

	@Override
	default void updateClob(int columnIndex, Clob x) throws SQLException {
		forUpdate().updateClob(columnIndex, x);
	}

	@Override
	default void updateClob(String columnLabel, Clob x) throws SQLException {
		forUpdate().updateClob(columnLabel, x);
	}

	@Override
	default void updateArray(int columnIndex, Array x) throws SQLException {
		forUpdate().updateArray(columnIndex, x);
	}

	@Override
	default void updateArray(String columnLabel, Array x) throws SQLException {
		forUpdate().updateArray(columnLabel, x);
	}

	@Override
	default RowId getRowId(int columnIndex) throws SQLException {
		return delegate().getRowId(columnIndex);
	}

	@Override
	default RowId getRowId(String columnLabel) throws SQLException {
		return delegate().getRowId(columnLabel);
	}

	@Override
	default void updateRowId(int columnIndex, RowId x) throws SQLException {
		forUpdate().updateRowId(columnIndex, x);
	}

	@Override
	default void updateRowId(String columnLabel, RowId x) throws SQLException {
		forUpdate().updateRowId(columnLabel, x);
	}

	@Override
	default int getHoldability() throws SQLException {
		return delegate().getHoldability();
	}

	@Override
	default boolean isClosed() throws SQLException {
		return delegate().isClosed();
	}

	@Override
	default void updateNString(int columnIndex, String nString) throws SQLException {
		forUpdate().updateNString(columnIndex, nString);
	}

	@Override
	default void updateNString(String columnLabel, String nString) throws SQLException {
		forUpdate().updateNString(columnLabel, nString);
	}

	@Override
	default void updateNClob(int columnIndex, NClob nClob) throws SQLException {
		forUpdate().updateNClob(columnIndex, nClob);
	}

	@Override
	default void updateNClob(String columnLabel, NClob nClob) throws SQLException {
		forUpdate().updateNClob(columnLabel, nClob);
	}

	@Override
	default NClob getNClob(int columnIndex) throws SQLException {
		return delegate().getNClob(columnIndex);
	}

	@Override
	default NClob getNClob(String columnLabel) throws SQLException {
		return delegate().getNClob(columnLabel);
	}

	@Override
	default SQLXML getSQLXML(int columnIndex) throws SQLException {
		return delegate().getSQLXML(columnIndex);
	}

	@Override
	default SQLXML getSQLXML(String columnLabel) throws SQLException {
		return delegate().getSQLXML(columnLabel);
	}

	@Override
	default void updateSQLXML(int columnIndex, SQLXML xmlObject) throws SQLException {
		forUpdate().updateSQLXML(columnIndex, xmlObject);
	}

	@Override
	default void updateSQLXML(String columnLabel, SQLXML xmlObject) throws SQLException {
		forUpdate().updateSQLXML(columnLabel, xmlObject);
	}

	@Override
	default String getNString(int columnIndex) throws SQLException {
		return delegate().getNString(columnIndex);
	}

	@Override
	default String getNString(String columnLabel) throws SQLException {
		return delegate().getNString(columnLabel);
	}

	@Override
	default Reader getNCharacterStream(int columnIndex) throws SQLException {
		return delegate().getNCharacterStream(columnIndex);
	}

	@Override
	default Reader getNCharacterStream(String columnLabel) throws SQLException {
		return delegate().getNCharacterStream(columnLabel);
	}

	@Override
	default void updateNCharacterStream(int columnIndex, Reader x, long length) throws SQLException {
		forUpdate().updateNCharacterStream(columnIndex, x, length);
	}

	@Override
	default void updateNCharacterStream(String columnLabel, Reader reader, long length) throws SQLException {
		forUpdate().updateNCharacterStream(columnLabel, reader, length);
	}

	@Override
	default void updateAsciiStream(int columnIndex, InputStream x, long length) throws SQLException {
		forUpdate().updateAsciiStream(columnIndex, x, length);
	}

	@Override
	default void updateBinaryStream(int columnIndex, InputStream x, long length) throws SQLException {
		forUpdate().updateBinaryStream(columnIndex, x, length);
	}

	@Override
	default void updateCharacterStream(int columnIndex, Reader x, long length) throws SQLException {
		forUpdate().updateCharacterStream(columnIndex, x, length);
	}

	@Override
	default void updateAsciiStream(String columnLabel, InputStream x, long length) throws SQLException {
		forUpdate().updateAsciiStream(columnLabel, x, length);
	}

	@Override
	default void updateBinaryStream(String columnLabel, InputStream x, long length) throws SQLException {
		forUpdate().updateBinaryStream(columnLabel, x, length);
	}

	@Override
	default void updateCharacterStream(String columnLabel, Reader reader, long length) throws SQLException {
		forUpdate().updateCharacterStream(columnLabel, reader, length);
	}

	@Override
	default void updateBlob(int columnIndex, InputStream inputStream, long length) throws SQLException {
		forUpdate().updateBlob(columnIndex, inputStream, length);
	}

	@Override
	default void updateBlob(String columnLabel, InputStream inputStream, long length) throws SQLException {
		forUpdate().updateBlob(columnLabel, inputStream, length);
	}

	@Override
	default void updateClob(int columnIndex, Reader reader, long length) throws SQLException {
		forUpdate().updateClob(columnIndex, reader, length);
	}

	@Override
	default void updateClob(String columnLabel, Reader reader, long length) throws SQLException {
		forUpdate().updateClob(columnLabel, reader, length);
	}

	@Override
	default void updateNClob(int columnIndex, Reader reader, long length) throws SQLException {
		forUpdate().updateNClob(columnIndex, reader, length);
	}

	@Override
	default void updateNClob(String columnLabel, Reader reader, long length) throws SQLException {
		forUpdate().updateNClob(columnLabel, reader, length);
	}

	@Override
	default void updateNCharacterStream(int columnIndex, Reader x) throws SQLException {
		forUpdate().updateNCharacterStream(columnIndex, x);
	}

	@Override
	default void updateNCharacterStream(String columnLabel, Reader reader) throws SQLException {
		forUpdate().updateNCharacterStream(columnLabel, reader);
	}

	@Override
	default void updateAsciiStream(int columnIndex, InputStream x) throws SQLException {
		forUpdate().updateAsciiStream(columnIndex, x);
	}

	@Override
	default void updateBinaryStream(int columnIndex, InputStream x) throws SQLException {
		forUpdate().updateBinaryStream(columnIndex, x);
	}

	@Override
	default void updateCharacterStream(int columnIndex, Reader x) throws SQLException {
		forUpdate().updateCharacterStream(columnIndex, x);
	}

	@Override
	default void updateAsciiStream(String columnLabel, InputStream x) throws SQLException {
		forUpdate().updateAsciiStream(columnLabel, x);
	}

	@Override
	default void updateBinaryStream(String columnLabel, InputStream x) throws SQLException {
		forUpdate().updateBinaryStream(columnLabel, x);
	}

	@Override
	default void updateCharacterStream(String columnLabel, Reader reader) throws SQLException {
		forUpdate().updateCharacterStream(columnLabel, reader);
	}

	@Override
	default void updateBlob(int columnIndex, InputStream inputStream) throws SQLException {
		forUpdate().updateBlob(columnIndex, inputStream);
	}

	@Override
	default void updateBlob(String columnLabel, InputStream inputStream) throws SQLException {
		forUpdate().updateBlob(columnLabel, inputStream);
	}

	@Override
	default void updateClob(int columnIndex, Reader reader) throws SQLException {
		forUpdate().updateClob(columnIndex, reader);
	}

	@Override
	default void updateClob(String columnLabel, Reader reader) throws SQLException {
		forUpdate().updateClob(columnLabel, reader);
	}

	@Override
	default void updateNClob(int columnIndex, Reader reader) throws SQLException {
		forUpdate().updateNClob(columnIndex, reader);
	}

	@Override
	default void updateNClob(String columnLabel, Reader reader) throws SQLException {
		forUpdate().updateNClob(columnLabel, reader);
	}

	@Override
	default <T> T getObject(int columnIndex, Class<T> type) throws SQLException {
		return delegate().getObject(columnIndex, type);
	}

	@Override
	default <T> T getObject(String columnLabel, Class<T> type) throws SQLException {
		return delegate().getObject(columnLabel, type);
	}

	@Override
	default void updateObject(int columnIndex, Object x, SQLType targetSqlType, int scaleOrLength) throws SQLException {
		forUpdate().updateObject(columnIndex, x, targetSqlType, scaleOrLength);
	}

	@Override
	default void updateObject(String columnLabel, Object x, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		forUpdate().updateObject(columnLabel, x, targetSqlType, scaleOrLength);
	}

	@Override
	default void updateObject(int columnIndex, Object x, SQLType targetSqlType) throws SQLException {
		forUpdate().updateObject(columnIndex, x, targetSqlType);
	}

	@Override
	default void updateObject(String columnLabel, Object x, SQLType targetSqlType) throws SQLException {
		forUpdate().updateObject(columnLabel, x, targetSqlType);
	}

}
