chancerySearch.deliver("index","4fda8f6674",{"firsts":[""]});
