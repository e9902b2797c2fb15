insert into users (name, api_key_hash)
values
	('Ada', encode(sha256('demo-key-ada'), 'hex')),
	('Grace', encode(sha256('demo-key-grace'), 'hex'));
